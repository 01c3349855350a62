internal import Glibc
internal import Synchronization
internal import SystemPackage

/// What the one thread of a ``SocketServer`` does, until a byte comes by which it is to end.
final class SocketLoop: Sendable {
  private let socket: ListeningSocket
  private let limits: SocketServer.Limits
  private let respond: SocketServer.Respond
  private let wake: Int32

  /// The pause after a connection could not be accepted, for want of descriptors or memory.
  private static let pause: Double = 1

  init(
    _ socket: consuming ListeningSocket, _ limits: SocketServer.Limits,
    _ respond: @escaping SocketServer.Respond, wake: Int32
  ) {
    self.socket = socket
    self.limits = limits
    self.respond = respond
    self.wake = wake
  }

  func run() {
    var connections: [SocketConnection] = []
    var mayAccept: Double = 0
    while true {
      let now = MonotonicClock.seconds()
      connections.removeAll { $0.isOver || $0.end <= now }
      var list = [
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        // A negative number is left out.
        pollfd(
          fd: mayAccept <= now ? socket.descriptor.rawValue : -1, events: Int16(POLLIN), revents: 0),
      ]
      list += connections.map { pollfd(fd: $0.rawValue, events: $0.events, revents: 0) }
      let due = (connections.map(\.end) + (mayAccept > now ? [mayAccept] : [])).min()
      let wait = due.map { Int32(clamping: Int(max(0, $0 - now) * 1000) + 1) } ?? -1
      _ = try? retrying("poll", nil) { poll(&list, nfds_t(list.count), wait) }
      if list[0].revents != 0 { break }
      for (connection, ready) in zip(connections, list.dropFirst(2)) where ready.revents != 0 {
        connection.advance(respond, limit: limits.requestSize)
      }
      if list[1].revents != 0, !accept(into: &connections) {
        mayAccept = MonotonicClock.seconds() + Self.pause
      }
    }
    socket.removeName()
  }

  /// Takes everybody who waits; false when that cannot be done at present.
  private func accept(into connections: inout [SocketConnection]) -> Bool {
    for _ in 0..<limits.connections {
      do throws(SystemError) {
        guard let descriptor = try socket.accept() else { return true }
        let connection = SocketConnection(
          descriptor, end: MonotonicClock.seconds() + limits.seconds)
        connection.advance(respond, limit: limits.requestSize)
        if connection.isOver { continue }
        if connections.count >= limits.connections { connections.removeFirst() }
        connections.append(connection)
      } catch {
        return false
      }
    }
    return true
  }
}
