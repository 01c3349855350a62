import Glibc
import Linux
import Synchronization
import Testing

/// A server on the loopback address that answers each connection with the next of some scripts,
/// byte for byte, whatever it is asked.
final class RawServer: Sendable {
  /// What is done with one connection.
  struct Script: Sendable {
    /// Sent after the request's head has been read.
    var answer: String
    /// How many single bytes follow, one every 20 ms.
    var drops = 0
    /// How long nothing more happens before the connection is closed.
    var silence: Duration = .zero
    /// Sent after the heads of further requests over the same connection.
    var further: [String] = []
  }

  let port: UInt16
  private let listener: Listener
  private let log = Log()

  /// The heads of all requests so far.
  var requests: [String] { log.heads.withLock { $0 } }

  /// The listening socket, closed when neither the server nor the thread that accepts uses it: its
  /// number is soon another server's.
  private final class Listener: Sendable {
    let number: Int32

    init() throws {
      number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      try #require(number >= 0)
    }

    deinit { close(number) }
  }

  private final class Log: Sendable {
    let heads = Mutex<[String]>([])
  }

  init(_ scripts: [Script]) throws {
    let listener = try Listener()
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (number, bound) = (listener.number, address)
    let result = withUnsafePointer(to: bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
    }
    try #require(result == 0 && listen(number, 8) == 0)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = getsockname(number, $0, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    _ = try JoinableThread { [log] in
      for script in scripts {
        let connection = accept(listener.number, nil, nil)
        if connection < 0 { return }
        _ = try? JoinableThread { Self.serve(connection, script, log) }
      }
    }
  }

  deinit { shutdown(listener.number, Int32(SHUT_RDWR)) }

  private static func serve(_ connection: Int32, _ script: Script, _ log: Log) {
    defer { close(connection) }
    for text in [script.answer] + script.further {
      guard let head = head(connection) else { return }
      log.heads.withLock { $0.append(head) }
      let answer = Array(text.utf8)
      _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
    }
    for _ in 0..<script.drops {
      guard send(connection, "x", 1, Int32(MSG_NOSIGNAL)) == 1 else { return }
      usleep(20_000)
    }
    usleep(UInt32(script.silence / .microseconds(1)))
  }

  /// The head of the next request; nil where there is none.
  private static func head(_ connection: Int32) -> String? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard read(connection, &byte, 1) == 1 else { return nil }
      head.append(byte)
      // Whoever speaks TLS is turned away.
      if head.first == 0x16 { return nil }
    }
    return String(decoding: head, as: UTF8.self)
  }
}
