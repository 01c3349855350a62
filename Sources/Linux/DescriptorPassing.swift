internal import CLinux
internal import Glibc
internal import SystemPackage

/// Two connected sockets over which descriptors can be handed (unix(7), `SCM_RIGHTS`).
public final class SocketPair: Sendable {
  /// This process's end.
  public let near: OwnedDescriptor
  /// The end for a child.
  public let far: OwnedDescriptor

  /// Makes a pair of stream sockets, both close-on-exec.
  public init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    _ = try retrying("socketpair", nil) { socketpair(AF_UNIX, type, 0, &ends) }
    near = OwnedDescriptor(owning: ends[0])
    far = OwnedDescriptor(owning: ends[1])
  }

  /// Says that no more comes from the far end, so that a receiver waits no longer (shutdown(2)).
  public func endFar() { shutdown(far.rawValue, Int32(SHUT_RDWR)) }
}

extension OwnedDescriptor {
  /// Receives a descriptor that another process sends over a socket; waits for it.
  ///
  /// - Throws: `ENODATA` when something else comes.
  public init(receivedFrom socket: borrowing OwnedDescriptor) throws(SystemError) {
    let number = socket.rawValue
    self.init(owning: try retrying("recvmsg", nil) { firn_receive_descriptor(number) })
  }
}

extension OwnedDescriptor {
  /// Writes all bytes to a socket (send(2)); a reader that is gone is `EPIPE` and never a signal.
  public borrowing func sendAll(_ bytes: RawSpan) throws(SystemError) {
    let number = rawValue
    var done = 0
    while done < bytes.byteCount {
      let start = done
      done += try retrying("send", path) {
        bytes.withUnsafeBytes {
          send(
            number, $0.baseAddress?.advanced(by: start), $0.count - start,
            Int32(MSG_NOSIGNAL))
        }
      }
    }
  }
}
