public import Digests
internal import FUSE
public import ImageTree
public import Linux
public import Logging
public import Store
internal import Synchronization
public import SystemPackage

/// Shows stores at a mount point and keeps up with their generations: what `firn serve` does.
public final class StoreServer: Sendable {
  /// How stores are served.
  public struct Options: Sendable {
    /// How many bytes of decompressed blocks to keep in memory.
    public var cacheSize = 128 << 20
    /// Where to keep stored bytes on a disk of the node's own; nil for nowhere.
    public var diskCache: FilePath?
    /// How many bytes that may take; nil for a tenth of its file system, at most 64 GiB.
    public var diskCacheSize: UInt64?
    /// Whether the kernel gets pages that nobody has asked for yet.
    public var pushesPages = true
    /// The kernel's readahead in bytes, and the most that it may be; see
    /// ``FUSE/SessionOptions/maxReadahead``.
    public var maxReadahead = 1 << 20
    /// What is done about the start of images.
    public var starts = StartOptions()
    /// How often to look for newer generations, in seconds.
    public var interval: Double = 5
    /// For how many seconds a lease on what is read holds without being renewed; 0 for none.
    public var leaseSeconds: Int64 = 86_400
    /// What the lease is for, one line for people.
    public var purpose = "firn serve"
    /// Whether users other than the one who mounts may see the mount.
    public var allowsOthers = false
    /// The version of the program, for whoever asks.
    public var version = ""
    /// Where metrics are to be had, if anywhere.
    public var metrics: MetricsAddress?
    /// What connects this process with its supervisor, if it has one.
    public var link: ServerLink?
    /// The account as which stores are read and leases written, by a server that root starts.
    public var account: UserAccount?

    /// Makes the defaults.
    public init() {}
  }

  /// How long a store other than the first may keep the server from being ready, and any store
  /// from ending, in seconds.
  private static let patience: Double = 10

  /// The least size of a disk cache, in bytes.
  public static var leastDiskCacheSize: UInt64 { DiskCache.leastLimit }

  /// How many stores one server shows at most.
  public static var mostStores: Int { ImageTree.mostStores }

  private let options: Options
  private let logger: Logger
  private let tree: ImageTree
  private let followers: [StoreFollower]
  private let cache: BlockCache<StoreContent.Key>
  private let notifier: NotifierBox
  private let starts: StartService
  private let session = Mutex<Session?>(nil)
  private let disk: DiskCache?

  /// Reads the newest catalogs and makes the tree that will show them.
  ///
  /// The first store must be there. Others may be missing or not answer; they are tried again while
  /// the server runs.
  ///
  /// - Parameter stores: 1 to ``mostStores``; of two images with one name that
  ///   of the first store is shown.
  /// - Throws: `StoreError` where the first store cannot be read, `DiskCacheError` where a
  ///   directory cannot be a disk cache.
  public init(
    _ stores: [ServedStore], accounts: any Accounts, options: Options, logger: Logger
  ) throws {
    try Self.assumeAccount(options)
    defer { FileSystemIdentity.resume() }
    let record = try options.link?.treeRecord()
    let tree = ImageTree(stores: stores.count, accounts: accounts, record: record)
    let box = NotifierBox()
    let cache = StoreContent.makeCache(limit: options.cacheSize)
    let starts = StartService(options.starts, logger: logger)
    self.starts = starts
    disk = try Self.diskCache(options, logger)
    let context = StoreFollower.Context(
      tree: tree, cache: cache, disk: disk,
      leaseSeconds: options.leaseSeconds, purpose: options.purpose, logger: logger,
      starts: starts, tell: { box.tell($0) })
    followers = stores.enumerated().map { StoreFollower($1, place: $0, context) }
    self.cache = cache
    self.options = options
    self.logger = logger
    self.tree = tree
    notifier = box
    disk?.uses.withLock { [followers] uses in
      uses = { visit in followers.allSatisfy { $0.forEachKeyInUse(visit) } }
    }
    do throws(StoreError) { try openFirst() } catch {
      disk?.close()
      throw error
    }
    for follower in followers.dropFirst() {
      let isTried = WakeUp()
      let thread = try? JoinableThread {
        follower.look()
        isTried.now()
      }
      if thread != nil { _ = isTried.wait(seconds: Self.patience) }
    }
  }

  /// Opens the first store; one that was shown before is waited for, because containers use it.
  private func openFirst() throws(StoreError) {
    guard let first = followers.first else { return }
    guard options.link?.isResumed ?? false else { return try first.open() }
    while true {
      first.look()
      if first.isOpen { return }
      WallClock.pause(milliseconds: 500)
    }
  }

  /// From here on this thread, and every thread it starts, reads as the account: the kernel takes
  /// file-system ids from each thread, and threads inherit them.
  private static func assumeAccount(_ options: Options) throws(StoreError) {
    guard let account = options.account else { return }
    do throws(SystemError) { try FileSystemIdentity.assume(account) } catch {
      throw .system(error)
    }
  }

  /// Opens the disk cache; a disk that is full, read-only or broken is done without.
  private static func diskCache(
    _ options: Options, _ logger: Logger
  ) throws(DiskCacheError) -> DiskCache? {
    guard let directory = options.diskCache else { return nil }
    do throws(DiskCacheError) {
      let owner = options.account?.uid ?? effectiveUser()
      var cache = DiskCache.Options(directory, limit: options.diskCacheSize, owner: owner)
      cache.hasPredecessor = options.link?.isResumed ?? false
      return try DiskCache(cache, logger: logger)
    } catch {
      guard error.isOfTheDisk else { throw error }
      logger.warning(
        "there is no disk cache, all content comes from stores", metadata: ["reason": "\(error)"])
      return nil
    }
  }

  /// Mounts and serves; returns when the mount is gone.
  ///
  /// - Parameter ready: Called when the mount answers.
  /// - Throws: `FUSEError`, `SystemError` or `StoreError`.
  public func run(
    at mountPoint: FilePath, ready: @escaping @Sendable () -> Void
  ) throws {
    var server = MountServer(at: mountPoint, name: "firn", logger: logger)
    server.allowsOthers = options.allowsOthers
    server.pushesPages = options.pushesPages
    server.maxReadahead = options.maxReadahead
    (server.command, server.version) = ("serve", options.version)
    server.metrics = options.metrics
    server.parts = { [parts] in parts.status }
    server.onHangUp = { [followers] in for follower in followers { follower.hurry() } }
    defer {
      session.withLock { $0 = nil }
      notifier.set(nil)
      starts.end()
      for follower in followers { follower.end(within: Self.patience) }
      disk?.close()
    }
    server.link = options.link
    try server.run(tree, prepared: { session in try prepare(session) }) { [tree, notifier] in
      notifier.tell(tree.resumedChange())
      ready()
    }
  }

  /// What tells of the stores and the cache.
  private var parts: StoreParts {
    StoreParts(
      followers: followers, cache: cache, limit: options.cacheSize, disk: disk, starts: starts)
  }

  /// Makes ``run(at:ready:)`` return; does nothing when there is no mount.
  public func stop() { session.withLock { $0 }?.stop() }

  /// What was read of each image so far, by root identity, in order, where everything is recorded;
  /// see ``StartOptions/onlyRecords``.
  public var recorded: [SHA256Digest: [PageRun]] { starts.recorded }

  /// The mount is made as root; what comes after reads stores.
  private func prepare(_ session: Session) throws {
    try Self.assumeAccount(options)
    // Nobody else answers requests any more, who could still add to the record.
    tree.restore()
    notifier.set(session.notifier)
    self.session.withLock { $0 = session }
    starts.begin(session.notifier, at: session.mountPoint)
    for follower in followers { try follower.start(every: options.interval) }
  }
}

/// The notifier of the session, while there is one.
final class NotifierBox: Sendable {
  private let notifier = Mutex<Notifier?>(nil)

  func set(_ notifier: Notifier?) { self.notifier.withLock { $0 = notifier } }

  /// Tells the kernel what has changed; a kernel that is gone need not know.
  func tell(_ change: TreeChange) {
    guard let notifier = notifier.withLock({ $0 }) else { return }
    for node in change.nodes { try? notifier.invalidate(node) }
    for entry in change.names {
      try? notifier.invalidateEntry(entry.bytes.span.bytes, in: entry.parent)
    }
  }
}
