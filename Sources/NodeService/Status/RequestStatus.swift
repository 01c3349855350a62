public import FUSE
public import Linux

/// What the kernel has asked a server for.
public struct RequestStatus: Codable, Hashable, Sendable {
  /// How many requests there were.
  public var count: UInt64 = 0
  /// The bytes that reads were answered with.
  public var readBytes: UInt64 = 0
  /// How many were answered with `EIO`.
  public var failures: UInt64 = 0
  /// How long each kind took, by its name in the FUSE protocol; kinds that did not occur are missing.
  public var kinds: [String: LatencyStatus] = [:]

  /// Describes that there were none.
  public init() {}

  /// Describes what a session has counted.
  public init(_ counts: RequestCounts) {
    count = counts.count
    readBytes = counts.readBytes
    failures = counts.failures
    for (kind, latencies) in counts.latencies { kinds[kind.name] = LatencyStatus(latencies) }
  }
}

/// Pages that the kernel was given without asking for them.
public struct PushStatus: Codable, Hashable, Sendable {
  /// Pieces that it took.
  public var pushed: UInt64 = 0
  /// Their bytes.
  public var bytes: UInt64 = 0
  /// Pieces that were left out, because too much was waiting.
  public var dropped: UInt64 = 0
  /// Pieces that it did not take.
  public var refused: UInt64 = 0

  /// Describes that there were none.
  public init() {}

  /// Describes what a session has counted.
  public init(_ counts: PushCounts) {
    pushed = counts.pushed
    bytes = counts.bytes
    dropped = counts.dropped
    refused = counts.refused
  }
}

/// How long something took.
public struct LatencyStatus: Codable, Hashable, Sendable {
  /// How often it took up to some time, and longer than the bucket before.
  public struct Bucket: Codable, Hashable, Sendable {
    /// The longest time, in microseconds: a power of two; missing where there is no limit.
    public var microseconds: UInt64?
    /// How often.
    public var count: UInt64

    /// Describes a bucket.
    public init(microseconds: UInt64?, count: UInt64) {
      self.microseconds = microseconds
      self.count = count
    }
  }

  /// How often it was done.
  public var count: UInt64
  /// The time of all together, in seconds.
  public var seconds: Double
  /// The limit of the bucket that holds the median, in seconds; missing where there is none.
  public var median: Double?
  /// The limit of the bucket below which are 99 of 100, in seconds; missing where there is none.
  public var p99: Double?
  /// The histogram; empty buckets are left out.
  public var buckets: [Bucket]

  /// The limits that buckets have, in microseconds.
  static let limits = (0..<Latencies.bucketCount).compactMap { Latencies.limit(of: $0) }

  /// Describes a histogram.
  public init(_ latencies: Latencies) {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    count = latencies.count
    seconds = latencies.seconds
    median = finite(latencies.quantile(0.5))
    p99 = finite(latencies.quantile(0.99))
    buckets = latencies.counts.enumerated().filter { $0.element > 0 }.map {
      Bucket(microseconds: Latencies.limit(of: $0.offset), count: $0.element)
    }
  }
}
