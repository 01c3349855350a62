internal import CFuse
public import Linux
public import SystemPackage

/// A mounted file system and the loop that answers the kernel's requests for it.
///
/// Making one mounts; ``run(ready:)`` serves; when that returns, or the last reference goes, the
/// mount is gone. Between making and running every access to the mount waits.
///
/// The descriptor of /dev/fuse that the session holds is close-on-exec. A session with a
/// ``SessionRecord`` can be gone on with by another process, when this one is killed or leaves: who
/// has the record and ``duplicateDevice()`` makes a session by ``init(resuming:_:_:options:)``.
/// Nobody who uses the mount notices more than a pause.
public final class Session: Sendable {
  /// Where it is mounted: absolute, without symbolic links.
  public var mountPoint: FilePath { entry.mountPoint }
  /// The number of the mount's device as stat(2) has it, by which every mount namespace knows it.
  public var device: UInt64 { entry.device }
  /// The number of the mount's device, as the mount table shows it: `0:51`.
  public var deviceNumber: String { "\(entry.major):\(entry.minor)" }
  /// Whether it answers requests and nobody has ended it.
  public var isRunning: Bool { state.isRunning }
  /// Tells the kernel about changes, from any thread that answers no requests.
  public let notifier: Notifier

  let entry: MountTableEntry
  let connection: Connection
  let options: SessionOptions
  let state = RunState()
  let pusher: Pusher?
  private let meter: RequestMeter
  let record: SessionRecord?
  let isResumed: Bool
  let pool: WorkerPool?

  /// What has become of the bytes that reads offered.
  public var pushes: PushCounts { pusher?.counts ?? PushCounts() }

  /// What the kernel has asked for so far.
  public var requests: RequestCounts { meter.counts }

  /// Mounts a file system.
  ///
  /// - Parameters:
  ///   - mountPoint: an existing directory at which nothing is mounted; it need not be
  ///     empty. Users must own it.
  ///   - record: takes what another process needs to go on with the mount.
  public convenience init(
    _ fileSystem: any FileSystem, mountPoint: FilePath, mount: MountOptions,
    options: SessionOptions = SessionOptions(), record: SessionRecord? = nil
  ) throws(FUSEError) {
    let fresh = try Mounting.mount(at: mountPoint, mount)
    let entry = fresh.entry
    try self.init(entry, fresh.intoDevice(), fileSystem, options, record, isResumed: false)
    do throws(SystemError) { try record?.keep(entry) } catch {
      throw .mountFailed(mountPoint, cause: "\(error)")
    }
  }

  /// Goes on with the mount of another process, which need not have ended yet: until then both
  /// answer requests.
  ///
  /// - Parameters:
  ///   - device: The descriptor that the other's ``duplicateDevice()`` gave.
  ///   - record: What the other has left in it.
  ///   - options: The same as the other's, since the kernel is not told again.
  public convenience init(
    resuming device: consuming OwnedDescriptor, _ record: SessionRecord,
    _ fileSystem: any FileSystem, options: SessionOptions = SessionOptions()
  ) throws(FUSEError) {
    guard record.isComplete, let entry = record.mount else { throw .nothingToResume }
    try self.init(entry, device, fileSystem, options, record, isResumed: true)
  }

  private init(
    _ entry: MountTableEntry, _ device: consuming OwnedDescriptor,
    _ fileSystem: any FileSystem, _ options: SessionOptions, _ record: SessionRecord?,
    isResumed: Bool
  ) throws(FUSEError) {
    let pusher = options.pushLimit > 0 ? Pusher(limit: options.pushLimit) : nil
    let dispatcher = Dispatcher(fileSystem, Negotiation(options), pusher)
    guard let connection = Connection(device, dispatcher) else {
      if !isResumed { try? Mounts.detach(entry.mountPoint) }
      throw .mountFailed(entry.mountPoint, cause: LibraryLog.takeLast())
    }
    self.entry = entry
    self.options = options
    self.connection = connection
    self.pusher = pusher
    meter = dispatcher.meter
    self.record = record
    self.isResumed = isResumed
    pool = options.threads.pool(connection, isShared: record != nil)
    notifier = Notifier(connection)
    if isResumed { state.keepMount() }
  }

  deinit { unmount() }

  /// Ends the session: ``run(ready:)`` returns soon, or at once when it has not begun.
  ///
  /// Requests being answered are answered; who has files open gets `ENOTCONN` from then on. It may
  /// be called from any thread, also one that answers a request, more than once, and returns at once.
  public func stop() {
    state.giveUpMount()
    end()
  }

  func end() {
    guard state.stop() else { return }
    if let pool {
      pool.end()
    } else {
      _ = try? connection.use { session in
        fuse_session_exit(session)
        return 0
      }
    }
    state.interruptUntilEnded()
  }
}

extension SessionOptions.Threads {
  /// The threads in our own hands; `nil` where libfuse has to make them, each with a channel of its
  /// own, which a session that another process may go on with cannot have: what a channel was asked
  /// is lost with it.
  func pool(_ connection: Connection, isShared: Bool) -> WorkerPool? {
    switch self {
    case .one: WorkerPool(connection, limit: 1, idle: 1, reserve: 1)
    case .pool(let limit, let idle, let clonedDescriptors):
      clonedDescriptors && !isShared ? nil : WorkerPool(connection, limit: limit, idle: idle)
    }
  }
}
