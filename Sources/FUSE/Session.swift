internal import CFuse
internal import Linux
public import SystemPackage

/// A mounted file system and the loop that answers the kernel's requests for it.
///
/// Making one mounts; ``run(ready:)`` serves; when that returns, or the last reference goes, the
/// mount is gone. Between making and running every access to the mount waits.
///
/// The descriptor of /dev/fuse that the session holds is close-on-exec and never given away. A
/// supervisor that is to outlive the server would have to hold it from before the mount: libfuse
/// takes a descriptor that is mounted already (`/dev/fd/N`), but expects INIT as the first request.
public final class Session: Sendable {
  /// Where it is mounted: absolute, without symbolic links.
  public var mountPoint: FilePath { entry.mountPoint }
  /// The number of the mount's device as stat(2) has it, by which every mount namespace knows it.
  public var device: UInt64 { entry.device }
  /// Tells the kernel about changes, from any thread that answers no requests.
  public let notifier: Notifier

  let entry: MountTableEntry
  let connection: Connection
  let options: SessionOptions
  let state = RunState()
  let pusher: Pusher?
  private let meter: RequestMeter

  /// What has become of the bytes that reads offered.
  public var pushes: PushCounts { pusher?.counts ?? PushCounts() }

  /// What the kernel has asked for so far.
  public var requests: RequestCounts { meter.counts }

  /// Mounts a file system.
  ///
  /// - Parameter mountPoint: an existing directory at which nothing is mounted; it need not be
  ///   empty. Users must own it.
  public init(
    _ fileSystem: any FileSystem, mountPoint: FilePath, mount: MountOptions,
    options: SessionOptions = SessionOptions()
  ) throws(FUSEError) {
    let fresh = try Mounting.mount(at: mountPoint, mount)
    let entry = fresh.entry
    let pusher = options.pushLimit > 0 ? Pusher(limit: options.pushLimit) : nil
    let dispatcher = Dispatcher(fileSystem, Negotiation(options), pusher)
    guard let connection = Connection(fresh.intoDevice(), dispatcher) else {
      try? Mounts.detach(entry.mountPoint)
      throw .mountFailed(mountPoint, cause: LibraryLog.takeLast())
    }
    self.entry = entry
    self.options = options
    self.connection = connection
    self.pusher = pusher
    meter = dispatcher.meter
    notifier = Notifier(connection)
  }

  deinit { unmount() }

  /// Ends the session: ``run(ready:)`` returns soon, or at once when it has not begun.
  ///
  /// Requests being answered are answered; who has files open gets `ENOTCONN` from then on. It may
  /// be called from any thread, also one that answers a request, more than once, and returns at once.
  public func stop() {
    guard state.stop() else { return }
    _ = try? connection.use { session in
      fuse_session_exit(session)
      return 0
    }
    state.interruptUntilEnded()
  }
}
