/// How a server is, as it says itself: what `firn status --json` prints (firn-status(1)).
///
/// The names of the members are a promise. A program must put up with members that it does not know.
public struct ServerStatus: Codable, Hashable, Sendable {
  /// The form in which servers tell it; another one need not be understood.
  public static let currentFormat = 1

  /// The form of this.
  public var format = ServerStatus.currentFormat
  /// What the server does: `serve` or `mount`.
  public var command: String
  /// The version of the server's program.
  public var version: String
  /// Where it is mounted.
  public var mount: String
  /// The number of the server's process.
  public var pid: Int32
  /// The number of the user whose process it is.
  public var user: UInt32
  /// When it began, RFC 3339.
  public var started: String
  /// When this was said, RFC 3339.
  public var time: String
  /// For how many seconds it has run.
  public var uptime: Double
  /// What is not as it should be, a sentence each; none when all is well.
  public var problems: [String] = []
  /// The stores, in the order in which they are searched.
  public var stores: [StoreStatus] = []
  /// The images that have been started last, the last one first.
  public var starts: [StartStatus] = []
  /// All starts together.
  public var startTotals = StartTotals()
  /// Decompressed blocks in memory.
  public var cache: CacheStatus?
  /// What is kept on a disk of the node's own, if anything is.
  public var diskCache: DiskCacheStatus?
  /// What start bundles have been good for.
  public var bundles = StartCounts()
  /// What the kernel has asked for.
  public var requests = RequestStatus()
  /// Pages that the kernel was given without asking.
  public var pushes = PushStatus()

  /// Describes a server that has done nothing.
  public init(
    command: String, version: String, mount: String, pid: Int32, user: UInt32, started: String,
    time: String, uptime: Double
  ) {
    self.command = command
    self.version = version
    self.mount = mount
    self.pid = pid
    self.user = user
    self.started = started
    self.time = time
    self.uptime = uptime
  }
}

/// Decompressed blocks in memory.
public struct CacheStatus: Codable, Hashable, Sendable {
  /// How many bytes there may be.
  public var limit: UInt64
  /// How many there are.
  public var bytes: UInt64
  /// How often a block was there, or on its way.
  public var hits: UInt64
  /// How often it had to be fetched.
  public var misses: UInt64

  /// Describes a cache.
  public init(limit: UInt64, bytes: UInt64, hits: UInt64, misses: UInt64) {
    self.limit = limit
    self.bytes = bytes
    self.hits = hits
    self.misses = misses
  }
}
