internal import Glibc
internal import SystemPackage

/// A client of a ``SocketServer``, from its connection until it is over; used by one thread.
final class SocketConnection {
  private enum Phase {
    /// What it has said so far does not make a request yet.
    case listening
    /// So many bytes of the answer have been sent.
    case answering([UInt8], done: Int)
    /// All was sent; what it still says is thrown away, since closing sooner could take the answer
    /// from it.
    case parting
    case over
  }

  private let descriptor: OwnedDescriptor
  private let peer: SocketPeer
  private var request: [UInt8] = []
  private var phase = Phase.listening
  private var isNew = true
  /// When it is given up, by ``MonotonicClock/seconds()``.
  let end: Double

  init(_ descriptor: consuming OwnedDescriptor, end: Double) {
    peer = SocketPeer(of: descriptor)
    self.descriptor = descriptor
    self.end = end
  }

  var rawValue: Int32 { descriptor.rawValue }

  /// Whether there is nothing more to do.
  var isOver: Bool {
    if case .over = phase { true } else { false }
  }

  /// What poll(2) is to wait for.
  var events: Int16 {
    if case .answering = phase { Int16(POLLOUT) } else { Int16(POLLIN) }
  }

  /// Does what can be done without waiting.
  func advance(_ respond: SocketServer.Respond, limit: Int) {
    if isNew {
      isNew = false
      answer(respond)
    }
    switch phase {
    case .listening:
      guard receive(into: &request) else { return }
      if request.count > limit { return phase = .over }
      answer(respond)
    case .answering(let bytes, let done): send(bytes, from: done)
    case .parting:
      var ignored: [UInt8] = []
      _ = receive(into: &ignored)
    case .over: break
    }
  }

  private func answer(_ respond: SocketServer.Respond) {
    guard let bytes = respond(peer, request) else { return }
    phase = .answering(bytes, done: 0)
    send(bytes, from: 0)
  }

  /// Takes what has come; false when nothing has.
  ///
  /// The end, or an error, ends the connection.
  private func receive(into bytes: inout [UInt8]) -> Bool {
    let number = rawValue
    let count: Int
    var buffer = [UInt8](repeating: 0, count: 4096)
    do throws(SystemError) {
      count = try retrying("recv", nil) { recv(number, &buffer, buffer.count, 0) }
    } catch {
      if error.errno != .wouldBlock { phase = .over }
      return false
    }
    if count == 0 { phase = .over }
    bytes += buffer[..<count]
    return count > 0
  }

  private func send(_ bytes: [UInt8], from start: Int) {
    let number = rawValue
    var done = start
    while done < bytes.count {
      let from = done
      do throws(SystemError) {
        done += try retrying("send", nil) {
          bytes.withUnsafeBytes {
            Glibc.send(
              number, $0.baseAddress?.advanced(by: from), $0.count - from, Int32(MSG_NOSIGNAL))
          }
        }
      } catch {
        phase = error.errno == .wouldBlock ? .answering(bytes, done: done) : .over
        return
      }
    }
    shutdown(number, Int32(SHUT_WR))
    phase = .parting
  }
}
