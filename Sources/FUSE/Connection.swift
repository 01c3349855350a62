internal import CFuse
internal import Glibc
internal import Linux
internal import Synchronization
internal import SystemPackage

/// libfuse's session object, which notifications use while requests are served, and which goes
/// away when the last of its users has finished after the end.
final class Connection: Sendable {
  private struct State: @unchecked Sendable {
    var session: OpaquePointer?
    var users = 0
    var isClosing = false
    var isDestroyed = false
  }

  private let state: Mutex<State>
  private let dispatcher: Unmanaged<Dispatcher>

  /// Takes over the device of a fresh mount.
  ///
  /// libfuse 3.14 is told by a mount point of the form /dev/fd/N that it is mounted already. The
  /// same way is open to a descriptor that another process has kept.
  init?(_ device: consuming OwnedDescriptor, _ dispatcher: Dispatcher) {
    _ = LibraryLog.isCaptured
    self.dispatcher = Unmanaged.passRetained(dispatcher)
    let session = Self.makeSession(self.dispatcher.toOpaque())
    state = Mutex(State(session: session))
    guard let session, fuse_session_mount(session, "/dev/fd/\(device.rawValue)") == 0 else {
      return nil
    }
    _ = device.relinquish()
  }

  deinit { close() }

  private static func makeSession(_ userdata: UnsafeMutableRawPointer) -> OpaquePointer? {
    var table = Callbacks.table()
    return "firn".withCString { name in
      var arguments: [UnsafeMutablePointer<CChar>?] = [UnsafeMutablePointer(mutating: name), nil]
      return arguments.withUnsafeMutableBufferPointer { list in
        var args = fuse_args(argc: 1, argv: list.baseAddress, allocated: 0)
        return fuse_session_new(&args, &table, MemoryLayout<fuse_lowlevel_ops>.size, userdata)
      }
    }
  }

  /// Lends the session to a closure; throws `ENOTCONN` when it has ended.
  func use(_ body: (OpaquePointer) -> Int32) throws(Errno) -> Int32 {
    let session = state.withLock { state -> State? in
      guard !state.isClosing, state.session != nil else { return nil }
      state.users += 1
      return state
    }
    guard let pointer = session?.session else { throw .socketNotConnected }
    defer { release() }
    return body(pointer)
  }

  private func release() {
    let isLast = state.withLock { state in
      state.users -= 1
      return state.isClosing && state.users == 0
    }
    if isLast { destroy() }
  }

  /// Ends the connection as soon as nobody uses it; no use begins after this.
  ///
  /// - Returns: whether it has ended already.
  @discardableResult
  func close() -> Bool {
    let isUnused = state.withLock { state in
      state.isClosing = true
      return state.users == 0
    }
    if isUnused { destroy() }
    return isUnused
  }

  private func destroy() {
    let taken = state.withLock { state in
      defer { state = State(session: nil, isClosing: true, isDestroyed: true) }
      return state
    }
    guard !taken.isDestroyed else { return }
    if let session = taken.session { fuse_session_destroy(session) }
    dispatcher.release()
  }
}
