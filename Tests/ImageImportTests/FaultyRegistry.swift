import Glibc
import Linux
import Synchronization
import Testing

/// A server on the loopback address that answers each request with what a closure says: bytes,
/// pauses, and ways to end a connection.
final class FaultyRegistry: Sendable {
  /// The head of a request.
  struct Request: Sendable {
    let target: String
    /// By name in lower case.
    let headers: [String: String]

    /// The target without its query.
    var path: String { String(target.prefix { $0 != "?" }) }

    init(_ head: String) {
      let lines = head.split(separator: "\r\n")
      target = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      let fields = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }
      headers = Dictionary(
        fields.compactMap { parts in
          guard let name = parts.first, let value = parts.dropFirst().first else { return nil }
          return (name.lowercased(), value.drop { $0 == " " }.description)
        }
      ) { first, _ in first }
    }
  }

  /// What is done for a request, in order; after the last step the connection is kept.
  enum Step: Sendable {
    case send([UInt8])
    /// Again and again, until the other side has gone, with a pause after each.
    case sendForever([UInt8], pause: Duration)
    /// Nothing, until the other side has gone.
    case stall
    /// A proper end.
    case close
    /// An end that loses what is on its way.
    case reset
  }

  /// - Parameter number: How often the path was asked for before.
  typealias Handler = @Sendable (Request, _ number: Int) -> [Step]

  private struct State {
    var requests: [Request] = []
    var connections: Set<Int32> = []
    var isClosed = false
  }

  private final class Shared: Sendable {
    let state = Mutex(State())
    let listener: Int32

    init(_ listener: Int32) { self.listener = listener }

    /// Not before the thread that accepts has ended, too: the number is soon another socket's.
    deinit { close(listener) }
  }

  let port: UInt16
  private let shared: Shared

  var host: String { "127.0.0.1:\(port)" }
  var requests: [Request] { shared.state.withLock { $0.requests } }

  init(_ handler: @escaping Handler) throws {
    let (listener, port) = try Self.listen()
    let shared = Shared(listener)
    (self.shared, self.port) = (shared, port)
    _ = try JoinableThread {
      while true {
        let connection = accept(shared.listener, nil, nil)
        if connection < 0 { return }
        let isOpen = shared.state.withLock { state in
          if !state.isClosed { state.connections.insert(connection) }
          return !state.isClosed
        }
        guard isOpen else {
          close(connection)
          return
        }
        _ = try? JoinableThread {
          Self.serve(connection, shared, handler)
          shared.state.withLock { _ = $0.connections.remove(connection) }
          close(connection)
        }
      }
    }
  }

  deinit {
    shared.state.withLock { state in
      state.isClosed = true
      for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }
    shutdown(shared.listener, Int32(SHUT_RDWR))
  }

  private static func listen() throws -> (Int32, UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isReady = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && Glibc.listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(isReady)
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private static func serve(_ connection: Int32, _ shared: Shared, _ handler: Handler) {
    while let head = head(connection) {
      let request = Request(head)
      let number = shared.state.withLock { state in
        defer { state.requests.append(request) }
        return state.requests.count { $0.path == request.path }
      }
      for step in handler(request, number) {
        guard perform(step, connection) else { return }
      }
    }
  }

  /// Says whether the connection goes on.
  private static func perform(_ step: Step, _ connection: Int32) -> Bool {
    switch step {
    case .send(let bytes): return sendAll(bytes, connection)
    case .sendForever(let bytes, let pause):
      while sendAll(bytes, connection) { usleep(UInt32(pause / .microseconds(1))) }
    case .stall:
      var byte: UInt8 = 0
      while read(connection, &byte, 1) > 0 {}
    case .close: break
    case .reset:
      var now = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }
    return false
  }

  private static func sendAll(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          connection, buffer.baseAddress.map { $0 + done }, bytes.count - done,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// The head of the next request; nil where there is none, or where somebody wants TLS.
  private static func head(_ connection: Int32) -> String? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard read(connection, &byte, 1) == 1, byte != 0x16 || !head.isEmpty else { return nil }
      head.append(byte)
    }
    return String(decoding: head, as: UTF8.self)
  }
}
