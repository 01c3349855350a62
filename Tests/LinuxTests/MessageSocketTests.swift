import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Messages between processes")
struct MessageSocketTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// The bytes of the next message; nil at the end.
  private func next(_ socket: MessageSocket, waiting: Bool = true) throws -> [UInt8]? {
    guard let message = try socket.receive(waiting: waiting) else { return nil }
    return message.bytes
  }

  @Test("come one by one, as they were sent, whichever end sends")
  func order() throws {
    let (near, far) = try MessageSocket.pair()
    try near.send(bytes("one"))
    try near.send(bytes("two and more"))
    try far.send([0, 255])
    #expect(try next(far) == bytes("one"))
    #expect(try next(far) == bytes("two and more"))
    #expect(try next(near) == [0, 255])
  }

  @Test("bring a descriptor along, which is then ours, once")
  func descriptors() throws {
    let (near, far) = try MessageSocket.pair()
    do {
      let file = try OwnedDescriptor(inMemory: "sent")
      try file.writeAll(bytes("content").span.bytes)
      try near.send(bytes("x"), passing: file.rawValue)
    }
    guard var message = try far.receive(), let file = message.takeDescriptor() else {
      Issue.record("nothing came")
      return
    }
    #expect(try file.readBytes(at: 0, count: 100) == bytes("content"))
    #expect(fcntl(file.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    if message.takeDescriptor() != nil { Issue.record("it came twice") }
  }

  @Test("end when the other end goes, which is no signal")
  func end() throws {
    var pair: (near: MessageSocket, far: MessageSocket)? = try MessageSocket.pair()
    let near = try #require(pair?.near)
    try pair?.far.send([1])
    pair = nil
    #expect(try next(near) == [1])
    #expect(try next(near) == nil)
    let error = #expect(throws: SystemError.self) { try near.send([1]) }
    #expect(error?.errno == .brokenPipe)
  }

  @Test("are not waited for by who may not wait, neither to come nor to be taken")
  func waiting() throws {
    let (near, far) = try MessageSocket.pair()
    let error = #expect(throws: SystemError.self) { _ = try next(near, waiting: false) }
    #expect(error?.errno == .resourceTemporarilyUnavailable)
    let flood = #expect(throws: SystemError.self) {
      for _ in 0..<100_000 { try near.send([UInt8](repeating: 7, count: 1000)) }
    }
    #expect(flood?.errno == .resourceTemporarilyUnavailable)
    withExtendedLifetime(far) {}
  }

  @Test("go to who listens by a name, and tell whose they are; nobody else gets the name")
  func listening() throws {
    let name = "firn-test/\(getpid())/\(UInt32.random(in: 0 ... .max))"
    let nobody = #expect(throws: SystemError.self) { _ = try MessageSocket(connectingTo: name) }
    #expect(nobody?.errno == .connectionRefused)
    do {
      let listener = try MessageListener(name)
      let taken = #expect(throws: SystemError.self) { _ = try MessageListener(name) }
      #expect(taken?.errno == .addressInUse)
      let client = try MessageSocket(connectingTo: name)
      #expect(try Readable.wait(for: [listener.number], seconds: 5) == [listener.number])
      let server = try listener.accept()
      try client.send(bytes("hello"))
      #expect(try next(server) == bytes("hello"))
      #expect(try server.peerUser() == geteuid())
      #expect(try client.peerUser() == geteuid())
    }
    _ = try MessageListener(name)
  }

  @Test("by names that are too long are an error")
  func longName() {
    let error = #expect(throws: SystemError.self) {
      _ = try MessageListener(String(repeating: "n", count: 200))
    }
    #expect(error?.errno == .fileNameTooLong)
  }

  @Test("are found among many descriptors, and nothing is found when the time is over")
  func readable() throws {
    let pairs = try (0..<3).map { _ in try MessageSocket.pair() }
    let numbers = pairs.map(\.near.number)
    let begin = MonotonicClock.seconds()
    #expect(try Readable.wait(for: numbers, seconds: 0.1).isEmpty)
    #expect(MonotonicClock.seconds() - begin >= 0.09)
    try pairs[1].far.send([1])
    #expect(try Readable.wait(for: numbers, seconds: nil) == [numbers[1]])
  }
}
