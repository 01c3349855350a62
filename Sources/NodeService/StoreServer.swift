internal import FUSE
public import ImageTree
internal import Linux
public import Logging
public import Store
internal import Synchronization
public import SystemPackage

/// Shows a store at a mount point and keeps up with its generations: what `firn serve` does.
public final class StoreServer: Sendable {
  /// How a store is served.
  public struct Options: Sendable {
    /// How many bytes of decompressed blocks to keep in memory.
    public var cacheSize = 128 << 20
    /// How often to look for a newer generation, in seconds.
    public var interval: Double = 5
    /// For how long an image that was removed is still served by path, in seconds.
    public var grace: Double = 86_400
    /// Whether users other than the one who mounts may see the mount.
    public var allowsOthers = false

    /// Makes the defaults.
    public init() {}
  }

  private let options: Options
  private let logger: Logger
  private let tree: ImageTree
  private let follower: Mutex<GenerationFollower>
  private let notifier = Mutex<Notifier?>(nil)
  private let wake = WakeUp()

  /// Reads the newest catalog and makes the tree that will show it.
  public init(
    _ store: Store, accounts: any Accounts, options: Options, logger: Logger
  ) throws(StoreError) {
    self.options = options
    self.logger = logger
    let content = StoreContent(store, cacheSize: options.cacheSize, logger: logger)
    tree = ImageTree(source: content, accounts: accounts)
    let follower = try GenerationFollower(store)
    _ = tree.update(to: follower.current, now: MonotonicClock.seconds(), grace: options.grace)
    self.follower = Mutex(follower)
  }

  /// Mounts and serves; returns when the mount is gone.
  ///
  /// - Parameter ready: Called when the mount answers.
  /// - Throws: `FUSEError` or `SystemError`.
  public func run(
    at mountPoint: FilePath, ready: @escaping @Sendable () -> Void
  ) throws {
    var server = MountServer(at: mountPoint, name: "firn", logger: logger)
    server.allowsOthers = options.allowsOthers
    server.onHangUp = { [wake] in wake.now() }
    let thread = try JoinableThread { self.follow() }
    defer {
      wake.end()
      thread.join()
    }
    try server.run(
      tree, prepared: { session in notifier.withLock { $0 = session.notifier } }, ready: ready)
    notifier.withLock { $0 = nil }
  }

  /// Looks for newer generations until the server ends.
  private func follow() {
    while wake.wait(seconds: options.interval) { refresh() }
  }

  /// Shows the newest generation, if it is newer than the one that is shown.
  ///
  /// A store that cannot be read changes nothing: what is shown stays.
  private func refresh() {
    do throws(StoreError) {
      // Taken out while it reads: no lock is held across a read of the shared file system.
      var follower = follower.withLock { $0 }
      let newer = try follower.next()
      self.follower.withLock { $0 = follower }
      guard let catalog = newer else { return }
      let outdated = tree.update(
        to: catalog, now: MonotonicClock.seconds(), grace: options.grace)
      logger.info("a new generation is shown", metadata: ["generation": "\(catalog.generation)"])
      guard let notifier = notifier.withLock({ $0 }) else { return }
      for node in outdated { try? notifier.invalidate(node) }
    } catch {
      logger.warning(
        "the store's newest generation could not be read",
        metadata: ["reason": "\(error.failure)"])
    }
  }
}
