internal import CLinux

/// Who is at the other end of a socket.
public enum SocketPeer: Hashable, Sendable {
  /// A process of a user of this machine, as the kernel says (unix(7), `SO_PEERCRED`).
  case user(UInt32)
  /// Somebody on this machine.
  case unknown

  /// Asks the kernel about a connected socket.
  init(of socket: borrowing OwnedDescriptor) {
    var user: UInt32 = 0
    self = firn_socket_user(socket.rawValue, &user) == 0 ? .user(user) : .unknown
  }
}
