internal import CLinux
internal import Glibc
internal import SystemPackage

/// One end of a connection over which processes of this machine send each other short messages,
/// some with an open descriptor (unix(7), `SOCK_SEQPACKET`).
///
/// Each message is received as it was sent, whole. Safe to use from any thread; the connection
/// ends with the last reference.
public final class MessageSocket: Sendable {
  /// A message with what came along.
  public struct Message: ~Copyable, Sendable {
    /// The bytes, at least one.
    public let bytes: [UInt8]
    private var passed: OwnedDescriptor?

    init(bytes: [UInt8], passed: consuming OwnedDescriptor?) {
      self.bytes = bytes
      self.passed = passed
    }

    /// The descriptor that came along, the first time it is asked for.
    public mutating func takeDescriptor() -> OwnedDescriptor? { passed.take() }
  }

  /// The most bytes a message has; what is longer is cut off.
  public static let longestMessage = 16 << 10

  private let descriptor: OwnedDescriptor

  /// Takes over a socket of this kind.
  public init(owning descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

  /// Connects to a listener of this network namespace by its abstract name.
  ///
  /// - Throws: `ECONNREFUSED` when nobody listens by that name.
  public convenience init(connectingTo name: String) throws(SystemError) {
    let number = try retrying("connect", nil) { firn_connect(name, name.utf8.count) }
    self.init(owning: OwnedDescriptor(owning: number))
  }

  /// Makes two ends that are connected with each other.
  public static func pair() throws(SystemError) -> (near: MessageSocket, far: MessageSocket) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
    _ = try retrying("socketpair", nil) { socketpair(AF_UNIX, type, 0, &ends) }
    return (
      MessageSocket(owning: OwnedDescriptor(owning: ends[0])),
      MessageSocket(owning: OwnedDescriptor(owning: ends[1]))
    )
  }

  /// The number of the descriptor, for ``Readable`` and for children; valid while this lives.
  public var number: Int32 { descriptor.rawValue }

  /// Sends a message, with a copy of a descriptor if one is given; never waits.
  ///
  /// - Throws: `EPIPE` when the other end is gone, `EAGAIN` when it does not read.
  public func send(_ bytes: [UInt8], passing passed: Int32? = nil) throws(SystemError) {
    let number = descriptor.rawValue
    _ = try retrying("sendmsg", nil) {
      firn_send_message(number, bytes, bytes.count, passed ?? -1)
    }
  }

  /// The next message; nil at the end of the connection.
  ///
  /// - Parameter waiting: Whether to wait for one; otherwise `EAGAIN` is thrown when there is none.
  public func receive(waiting: Bool = true) throws(SystemError) -> Message? {
    var bytes = [UInt8](repeating: 0, count: Self.longestMessage)
    let number = descriptor.rawValue
    var passed: Int32 = -1
    let count = try retrying("recvmsg", nil) {
      firn_receive_message(number, &bytes, bytes.count, &passed, waiting ? 1 : 0)
    }
    let descriptor: OwnedDescriptor? = passed >= 0 ? OwnedDescriptor(owning: passed) : nil
    guard count > 0 else { return nil }
    bytes.removeSubrange(count...)
    return Message(bytes: bytes, passed: descriptor)
  }

  /// The effective user of the process at the other end when it connected, as this process's user
  /// namespace has it.
  public func peerUser() throws(SystemError) -> UInt32 {
    let number = descriptor.rawValue
    var user: uid_t = 0
    _ = try retrying("getsockopt", nil) { firn_peer_user(number, &user) }
    return user
  }
}

/// A place where other processes of this machine connect to, by an abstract name that goes away
/// with it (unix(7)).
public final class MessageListener: Sendable {
  private let descriptor: OwnedDescriptor

  /// Listens by a name.
  ///
  /// - Throws: `EADDRINUSE` when somebody listens by that name already.
  public init(_ name: String) throws(SystemError) {
    let number = try retrying("bind", nil) { firn_listen(name, name.utf8.count) }
    descriptor = OwnedDescriptor(owning: number)
  }

  /// The number of the descriptor, for ``Readable``; valid while this lives.
  public var number: Int32 { descriptor.rawValue }

  /// The next connection; waits for one unless ``Readable`` says that there is one.
  public func accept() throws(SystemError) -> MessageSocket {
    let number = descriptor.rawValue
    let socket = try retrying("accept", nil) { firn_accept(number) }
    return MessageSocket(owning: OwnedDescriptor(owning: socket))
  }
}
