public import FUSE
internal import Linux
public import Logging
public import SystemPackage

/// Serves one mount until it is unmounted or the process is asked to end.
///
/// SIGTERM and SIGINT unmount cleanly; SIGHUP calls ``onHangUp``.
public struct MountServer: Sendable {
  /// Where to mount.
  public var mountPoint: FilePath
  /// What the mount table shows as the source.
  public var name: String
  /// Whether users other than the one who mounts may see it; root's mounts always are for all.
  public var allowsOthers = false
  /// Whether the kernel gets pages that nobody has asked for yet.
  public var pushesPages = true
  /// The kernel's readahead in bytes.
  public var maxReadahead = 1 << 20
  /// What the server tells of itself: what it does.
  public var command = "mount"
  /// The version of the program, for whoever asks.
  public var version = ""
  /// Where metrics are to be had, if anywhere.
  public var metrics: MetricsAddress?
  /// Whether an address for metrics that another server has is waited for while this one serves: for
  /// who takes the other's place.
  public var waitsForMetrics = false
  /// What the server tells of itself besides what its session knows; waits for nobody.
  public var parts: @Sendable () -> ServerParts = { ServerParts() }
  /// What connects this process with its supervisor, if it has one.
  public var link: ServerLink?
  /// What to do on SIGHUP.
  public var onHangUp: @Sendable () -> Void = {}

  private let logger: Logger

  /// Describes a mount.
  public init(at mountPoint: FilePath, name: String, logger: Logger) {
    self.mountPoint = mountPoint
    self.name = name
    self.logger = logger
  }

  /// Mounts and serves; returns when the mount is gone.
  ///
  /// - Parameters:
  ///   - prepared: Called with the session when it is mounted, before the first request.
  ///   - ready: Called when the mount answers.
  /// - Throws: `FUSEError` or `SystemError`, `Failure` when metrics cannot be offered, or what
  ///   `prepared` throws.
  public func run(
    _ fileSystem: any FileSystem, prepared: (Session) throws -> Void = { _ in },
    ready: @escaping @Sendable () -> Void
  ) throws {
    let metrics = try metrics.map {
      try MetricsOutput($0, mayWait: waitsForMetrics || link?.isResumed ?? false, logger: logger)
    }
    defer { metrics?.end() }
    let mount = MountOwner.options(named: name, forOthers: allowsOthers)
    var options = SessionOptions()
    if !pushesPages { options.pushLimit = 0 }
    options.maxReadahead = maxReadahead
    let fresh = {
      try Session(
        fileSystem, mountPoint: mountPoint, mount: mount, options: options, record: link?.record)
    }
    let session = try link?.session(fresh: fresh, fileSystem, options) ?? fresh()
    let signals = try SignalWaiter([.terminate, .interrupt, .hangUp]) { signal in
      if signal == .hangUp { onHangUp() } else { session.stop() }
    }
    let source = StatusSource(command: command, version: version, session, parts: parts)
    try metrics?.begin(source)
    let status = statusSocket(source)
    defer { status?.end() }
    try prepared(session)
    try link?.begin(session, logger)
    try session.run { readiness in
      if let failure = readiness.readaheadFailure {
        logger.info("readahead stays at the kernel's default", metadata: ["reason": "\(failure)"])
      }
      link?.ready(session)
      ready()
    }
    link?.end()
    withExtendedLifetime(signals) {}
  }

  /// A server that nobody can ask serves as well.
  private func statusSocket(_ source: StatusSource) -> StatusSocket? {
    do throws(SystemError) { return try StatusSocket(source) } catch {
      logger.notice("firn status cannot ask this server", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}
