import Glibc
import Linux
import Synchronization
import SystemPackage
import Testing

@Suite("A server of short answers")
struct SocketServerTests {
  private let scratch: ScratchDirectory
  private var path: FilePath { scratch.path.appending("socket") }

  init() throws { scratch = try ScratchDirectory() }

  private func serve(
    _ limits: SocketServer.Limits = SocketServer.Limits(), _ respond: @escaping SocketServer.Respond
  ) throws -> SocketServer {
    try SocketServer(try ListeningSocket(at: path, mode: 0o666), limits: limits, respond: respond)
  }

  private func connect() throws -> OwnedDescriptor {
    try OwnedDescriptor(connectingTo: path, within: 5)
  }

  private func text(_ socket: borrowing OwnedDescriptor) throws -> String {
    String(decoding: try socket.readToEnd(limit: 1 << 20, within: 10), as: UTF8.self)
  }

  /// Answers a line with the same line.
  private static let echo: SocketServer.Respond = { _, request in
    request.last == UInt8(ascii: "\n") ? request : nil
  }

  @Test("answers whoever says nothing, if that is enough for an answer, and knows who it is")
  func atOnce() throws {
    let server = try serve { peer, _ in Array("\(peer)".utf8) }
    defer { server.end() }
    for _ in 0..<100 {
      let socket = try connect()
      #expect(try text(socket) == "\(SocketPeer.user(effectiveUser()))")
    }
  }

  @Test("answers when enough was said, however slowly")
  func slowly() throws {
    let server = try serve(SocketServer.Limits(), Self.echo)
    defer { server.end() }
    let socket = try connect()
    for byte in "slow\n".utf8 {
      try socket.sendAll([byte].span.bytes)
      WallClock.pause(milliseconds: 5)
    }
    #expect(try text(socket) == "slow\n")
  }

  @Test("gives up who says nothing, or too much, and answers others meanwhile")
  func givenUp() throws {
    var limits = SocketServer.Limits()
    (limits.seconds, limits.requestSize) = (1.5, 100)
    let server = try serve(limits, Self.echo)
    defer { server.end() }
    let start = MonotonicClock.seconds()
    let silent = try connect()
    let talkative = try connect()
    let other = try connect()
    try talkative.sendAll([UInt8](repeating: 65, count: 101).span.bytes)
    #expect(try text(talkative) == "")
    try other.sendAll([UInt8]("quick\n".utf8).span.bytes)
    #expect(try text(other) == "quick\n")
    #expect(MonotonicClock.seconds() - start < 1.4)
    #expect(try text(silent) == "")
    let took = MonotonicClock.seconds() - start
    #expect(took > 1.4 && took < 5)
  }

  @Test("gives up who takes no answer, and answers others meanwhile")
  func notTaken() throws {
    var limits = SocketServer.Limits()
    limits.seconds = 0.5
    let answer = [UInt8](repeating: 7, count: 4 << 20)
    let count = Atomic(0)
    let server = try serve(limits) { _, _ in
      count.add(1, ordering: .relaxed).oldValue == 0 ? answer : [1]
    }
    defer { server.end() }
    let stuck = try connect()
    for _ in 0..<20 {
      let other = try connect()
      #expect(try other.readToEnd(limit: 10, within: 5) == [1])
    }
    WallClock.pause(milliseconds: 800)
    // What the kernel had room for comes, and then the end.
    let got = try stuck.readToEnd(limit: 8 << 20, within: 5).count
    #expect(got < answer.count)
  }

  @Test("sends an answer that is larger than the kernel holds, whole")
  func large() throws {
    let answer = (0..<3 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
    let server = try serve { _, _ in answer }
    defer { server.end() }
    let socket = try connect()
    #expect(try socket.readToEnd(limit: 4 << 20, within: 10) == answer)
    let tooLarge = try connect()
    let error = #expect(throws: SystemError.self) {
      _ = try tooLarge.readToEnd(limit: 1 << 20, within: 10)
    }
    #expect(error?.errno == .messageTooLong)
  }

  @Test("answers the next however many say nothing: the one that came first makes room")
  func many() throws {
    var limits = SocketServer.Limits()
    (limits.connections, limits.seconds) = (4, 60)
    let server = try serve(limits, Self.echo)
    defer { server.end() }
    let first = try connect()
    let crowd = try (0..<50).map { _ in try Crowd(connect()) }
    let socket = try connect()
    try socket.sendAll([UInt8]("me\n".utf8).span.bytes)
    #expect(try text(socket) == "me\n")
    #expect(try text(first) == "")
    withExtendedLifetime(crowd) {}
  }

  /// A connection in a list.
  private final class Crowd {
    let socket: OwnedDescriptor
    init(_ socket: consuming OwnedDescriptor) { self.socket = socket }
  }

  @Test("outlives clients that break off")
  func brokenOff() throws {
    let server = try serve { _, _ in [UInt8](repeating: 1, count: 1 << 20) }
    defer { server.end() }
    for _ in 0..<50 { _ = try connect() }
    let socket = try connect()
    #expect(try socket.readToEnd(limit: 2 << 20, within: 5).count == 1 << 20)
  }

  @Test("ends while clients wait, more than once, and is then not there")
  func end() throws {
    let server = try serve(SocketServer.Limits(), Self.echo)
    let waiting = try connect()
    server.end()
    server.end()
    // Whom it had not come to accept, the kernel tells in another way.
    #expect(((try? text(waiting)) ?? "") == "")
    #expect(throws: SystemError.self) { _ = try connect() }
    #expect(try Paths.list(scratch.path).isEmpty)
  }

  @Test("that hangs holds up nobody for longer than they want to wait")
  func hangingServer() throws {
    let socket = try ListeningSocket(at: path, mode: 0o600)
    let start = MonotonicClock.seconds()
    let client = try connect()
    let slow = #expect(throws: SystemError.self) {
      _ = try client.readToEnd(limit: 10, within: 0.3)
    }
    #expect(slow?.errno == .timedOut)
    // Those who wait to be accepted fill the queue; then even connecting takes too long.
    var waiting: [Crowd] = []
    let full = #expect(throws: SystemError.self) {
      for _ in 0..<5000 {
        waiting.append(Crowd(try OwnedDescriptor(connectingTo: path, within: 0.3)))
      }
    }
    #expect(full?.errno == .wouldBlock)
    #expect(MonotonicClock.seconds() - start < 5)
    socket.removeName()
  }

  @Test("lets in whom the mode lets in, and nobody else")
  func modes() throws {
    try #require(effectiveUser() == 0, "needs root")
    try Paths.setMode(scratch.path, 0o755)
    let python = """
      import socket,sys
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(100).decode())
      """
    for (mode, expected) in [(0o600, "Permission denied"), (0o666, "user(65534)")] {
      let server = try SocketServer(
        try ListeningSocket(at: path, mode: UInt32(mode))
      ) { peer, _ in Array("\(peer)".utf8) }
      let child = try ChildProcess(
        running: "setpriv",
        ["--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", python, path.string])
      #expect(child.output.contains(expected), "\(child.output)")
      server.end()
    }
  }
}
