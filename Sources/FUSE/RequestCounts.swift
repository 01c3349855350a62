public import Linux

/// What the kernel has asked for, and how long the answers took.
///
/// A request is counted once it is answered, with the time from when it was taken from the kernel.
public struct RequestCounts: Hashable, Sendable {
  /// How often each kind of request took how long.
  public let latencies: [RequestKind: Latencies]
  /// The bytes that reads were answered with.
  public let readBytes: UInt64
  /// Requests that were answered with `EIO`: something could not be read.
  public let failures: UInt64

  /// Makes counts; kinds that are missing have not occurred.
  public init(
    latencies: [RequestKind: Latencies] = [:], readBytes: UInt64 = 0, failures: UInt64 = 0
  ) {
    self.latencies = latencies
    self.readBytes = readBytes
    self.failures = failures
  }

  /// How often a kind of request occurred.
  public subscript(kind: RequestKind) -> UInt64 { latencies[kind]?.count ?? 0 }

  /// How many requests there were.
  public var count: UInt64 { latencies.values.reduce(0) { $0 &+ $1.count } }
}
