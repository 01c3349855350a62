internal import FUSE
internal import Linux
internal import SystemPackage

/// What a server tells of itself besides what its session knows.
public struct ServerParts: Sendable {
  /// The stores.
  public var stores: [StoreStatus] = []
  /// The starts of images.
  var starts: [(start: StartMeter, store: String)] = []
  /// All starts together.
  var startTotals = StartTotals()
  /// Decompressed blocks in memory.
  public var cache: CacheStatus?
  /// What is kept on a disk of the node's own, if anything is.
  var diskCache: DiskCacheStatus?
  /// What start bundles have been good for.
  public var bundles = StartCounts()

  /// Describes a server without stores.
  public init() {}
}

/// What makes a server's status, whenever somebody asks for it.
struct StatusSource: Sendable {
  let command: String
  let version: String
  let session: Session
  let parts: @Sendable () -> ServerParts
  private let started = WallClock.seconds()
  private let began = MonotonicClock.seconds()

  init(
    command: String, version: String, _ session: Session,
    parts: @escaping @Sendable () -> ServerParts
  ) {
    self.command = command
    self.version = version
    self.session = session
    self.parts = parts
  }

  /// The status now.
  ///
  /// - Parameter isForOwner: Whether images that not everybody may see are named.
  func status(isForOwner: Bool) -> ServerStatus {
    let now = WallClock.seconds()
    let parts = parts()
    var status = ServerStatus(
      command: command, version: version, mount: session.mountPoint.string,
      pid: processIdentifier(), user: effectiveUser(), started: Timestamp.text(started),
      time: Timestamp.text(now), uptime: MonotonicClock.seconds() - began)
    status.stores = parts.stores
    status.starts = parts.starts.map {
      StartStatus($0.start, store: $0.store, isNamed: isForOwner || $0.start.isForEverybody)
    }
    status.startTotals = parts.startTotals
    status.cache = parts.cache
    status.diskCache = parts.diskCache
    status.bundles = parts.bundles
    status.requests = RequestStatus(session.requests)
    status.pushes = PushStatus(session.pushes)
    status.problems = status.foundProblems(at: now)
    return status
  }
}
