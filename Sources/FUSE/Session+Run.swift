internal import CFuse
internal import Glibc
public import Linux
internal import SystemPackage

/// What is known once a mount answers.
public struct Readiness: Sendable {
  /// Why the kernel's readahead could not be raised to ``SessionOptions/maxReadahead``.
  ///
  /// `nil` when it was, or when the mount is a user's, who may not. It costs speed, nothing else.
  public let readaheadFailure: SystemError?
}

extension Session {
  /// Answers requests until the session is stopped, somebody unmounts, or an error occurs.
  ///
  /// Then the mount is gone, unless it is kept for another process (``keepMount()``). A session runs
  /// once.
  ///
  /// - Parameter ready: called once, on another thread, when the mount answers; not called when the
  ///   session ends before.
  public func run(ready: @escaping @Sendable (Readiness) -> Void = { _ in }) throws(FUSEError) {
    guard try begin() else { return unmount() }
    let announcer = announce(to: ready)
    let pushing = pusher.flatMap { pusher in
      try? JoinableThread { [notifier] in pusher.run(notifier) }
    }
    let result = loop()
    // The mount is gone already: nothing is kept.
    if result == 0, !state.isLeaving { state.giveUpMount() }
    state.end()
    pusher?.end()
    unmount()
    announcer?.join()
    pushing?.join()
    if result < 0 {
      let message = LibraryLog.takeLast()
      let cause = message.isEmpty ? "\(Errno(rawValue: -result))" : message
      throw .sessionFailed(mountPoint, cause: cause)
    }
  }

  /// Notes the calling thread as the one that runs; false when the session was stopped before.
  private func begin() throws(FUSEError) -> Bool {
    let thread: InterruptibleThread
    do throws(SystemError) {
      thread = try InterruptibleThread.current()
    } catch {
      throw .sessionFailed(mountPoint, cause: "\(error)")
    }
    guard let mayRun = state.begin(thread) else { throw .alreadyRun(mountPoint) }
    return mayRun
  }

  private func loop() -> Int32 {
    if let pool {
      let result = begin(with: record)
      return result < 0 || !state.isRunning ? result : pool.run()
    }
    let result = try? connection.use { session in
      guard case .pool(let limit, let idle, _) = options.threads else { return 0 }
      let configuration = fuse_loop_cfg_create()
      defer { fuse_loop_cfg_destroy(configuration) }
      fuse_loop_cfg_set_max_threads(configuration, UInt32(clamping: max(limit, 1)))
      fuse_loop_cfg_set_idle_threads(configuration, UInt32(clamping: max(idle, 1)))
      fuse_loop_cfg_set_clone_fd(configuration, 1)
      return fuse_session_loop_mt(session, configuration)
    }
    return result ?? 0
  }

  /// Waits on a thread of its own for the first answer and tells about it.
  private func announce(
    to ready: @escaping @Sendable (Readiness) -> Void
  ) -> JoinableThread? {
    let (mountPoint, entry, readahead) = (mountPoint, entry, options.maxReadahead)
    return try? JoinableThread { [state] in
      FileSystemIdentity.resume()
      do throws(SystemError) {
        _ = try FileStatus(of: mountPoint)
      } catch {
        if error.errno == .socketNotConnected { return }
      }
      guard state.isRunning else { return }
      ready(Readiness(readaheadFailure: Readahead.raise(of: entry, to: readahead)))
    }
  }
}
