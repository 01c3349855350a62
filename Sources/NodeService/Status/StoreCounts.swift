public import Linux

/// What a server has asked of one store's file system, and what came of it.
public struct StoreCounts: Hashable, Sendable {
  /// What the server has asked for, and how often.
  public var uses: [StoreUse: UInt64] = [:]
  /// How many files were there that were to be read whole.
  public var loaded: UInt64 = 0
  /// How long reads took.
  public var reads = Latencies()
  /// How long all else took.
  public var others = Latencies()
  /// The bytes that reads brought.
  public var readBytes: UInt64 = 0
  /// What failed, other than by there being no such file, or one already.
  public var failures: UInt64 = 0
  /// Blocks that were read once more, because the first time brought an error or other
  /// bytes than it should.
  public var retries: UInt64 = 0
  /// How often stored bytes did not have their checksum.
  public var mismatches: UInt64 = 0
  /// How often a block or an object could not be had, so that readers got `EIO`.
  public var losses: UInt64 = 0
  /// When the last of those was, in seconds since the epoch.
  public var lastLoss: Int64?
  /// What has been under way for long, the longest first.
  public var hung: [HungUse] = []

  /// Makes counts of nothing.
  public init() {}

  /// How many files were opened, those that were not there among them.
  public var opens: UInt64 { self[.open] &+ self[.load] }

  /// How often bytes were read.
  public var readCount: UInt64 { self[.read] &+ loaded }

  /// How often the server waited for the file system: what was asked for, with each file that was
  /// read whole counted twice.
  public var roundTrips: UInt64 { uses.values.reduce(loaded, &+) }

  /// How often something was asked for.
  public subscript(use: StoreUse) -> UInt64 { uses[use] ?? 0 }
}

/// Something that was asked of a file system long ago and has not come back.
public struct HungUse: Hashable, Sendable {
  /// What was asked.
  public let use: StoreUse
  /// For how many seconds it has been waited for.
  public let seconds: Double

  /// Makes one.
  public init(_ use: StoreUse, seconds: Double) {
    self.use = use
    self.seconds = seconds
  }
}
