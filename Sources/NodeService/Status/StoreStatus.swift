internal import Store

/// How a store is, as a server sees it, and what the server has asked of it.
public struct StoreStatus: Codable, Hashable, Sendable {
  /// Whether a store can be read.
  public enum State: String, Codable, Hashable, Sendable {
    /// It could be when it was last needed.
    case shown
    /// It could not be when it was last looked at; what was shown stays.
    case failing
    /// It has not been read yet.
    case waiting
  }

  /// Something that has been asked of the file system and has not come back for long.
  public struct Hung: Codable, Hashable, Sendable {
    /// What was asked.
    public var use: String
    /// For how many seconds it has been waited for.
    public var seconds: Double

    /// Describes one.
    public init(use: String, seconds: Double) {
      self.use = use
      self.seconds = seconds
    }
  }

  /// The store's directory.
  public var directory: String
  /// Whether it can be read.
  public var state = State.waiting
  /// Why not.
  public var reason: String?
  /// The generation that is shown.
  public var generation: UInt64?
  /// How many images that generation has.
  public var images = 0
  /// How many of them cannot be shown.
  public var unshown = 0
  /// The lease on what is shown.
  public var lease: LeaseStatus?
  /// How often the server waited for the file system.
  public var roundTrips: UInt64
  /// How many files it opened.
  public var opens: UInt64
  /// How often it read bytes.
  public var reads: UInt64
  /// How many bytes that were.
  public var readBytes: UInt64
  /// What it asked for, and how often: see ``StoreUse``.
  public var uses: [String: UInt64]
  /// What failed, other than by there being no such file.
  public var failures: UInt64
  /// Blocks that were read once more.
  public var retries: UInt64
  /// How often stored bytes did not have their checksum.
  public var mismatches: UInt64
  /// How often a block or an image's object could not be had.
  public var losses: UInt64
  /// When that was last, RFC 3339.
  public var lastLoss: String?
  /// The same in seconds since the epoch.
  public var lastLossAt: Int64?
  /// How long reads at offsets took.
  public var readLatency: LatencyStatus
  /// How long all else took.
  public var otherLatency: LatencyStatus
  /// What has been under way for longer than ``StoreMeter/patience``.
  public var hung: [Hung]

  /// Describes a store of which nothing is known but what was counted.
  public init(directory: String, _ counts: StoreCounts) {
    self.directory = directory
    roundTrips = counts.roundTrips
    opens = counts.opens
    reads = counts.readCount
    readBytes = counts.readBytes
    uses = Dictionary(uniqueKeysWithValues: StoreUse.allCases.map { ($0.name, counts[$0]) })
    failures = counts.failures
    retries = counts.retries
    mismatches = counts.mismatches
    losses = counts.losses
    lastLoss = counts.lastLoss.map(Timestamp.text)
    lastLossAt = counts.lastLoss
    readLatency = LatencyStatus(counts.reads)
    otherLatency = LatencyStatus(counts.others)
    hung = counts.hung.map { Hung(use: $0.use.name, seconds: $0.seconds) }
  }
}

/// How a server's lease on a store stands.
public struct LeaseStatus: Codable, Hashable, Sendable {
  /// Whether there is one.
  public enum State: String, Codable, Hashable, Sendable {
    /// None was wanted.
    case none
    /// It has not been taken yet.
    case waiting
    /// It is held.
    case held
    /// This account may not hold one.
    case refused
    /// It could not be taken or renewed, and is tried again.
    case failing
  }

  /// Whether there is one.
  public var state: State
  /// From which generation on.
  public var generation: UInt64?
  /// Until when without being renewed, RFC 3339.
  public var expires: String?
  /// The same in seconds since the epoch.
  public var expiresAt: Int64?

  init(_ state: State, _ lease: Lease?) {
    self.state = state
    generation = lease?.generation
    expires = lease.map { Timestamp.text($0.expires) }
    expiresAt = lease?.expires
  }
}
