import Linux
import SystemPackage
import Testing

@Suite("A socket that listens")
struct ListeningSocketTests {
  private let scratch: ScratchDirectory
  private var path: FilePath { scratch.path.appending("socket") }

  init() throws { scratch = try ScratchDirectory() }

  private func answer(_ text: String) throws -> SocketServer {
    try SocketServer(try ListeningSocket(at: path, mode: 0o600)) { _, _ in Array(text.utf8) }
  }

  private func ask() throws -> String {
    let socket = try OwnedDescriptor(connectingTo: path, within: 5)
    return String(decoding: try socket.readToEnd(limit: 1000, within: 5), as: UTF8.self)
  }

  @Test("has the mode that was asked for, whatever the umask, and leaves no other name behind")
  func mode() throws {
    for mode in [0o600, 0o666] as [UInt32] {
      let socket = try ListeningSocket(at: path, mode: mode)
      #expect(try FileStatus(of: path).mode == UInt16(mode))
      #expect(try Paths.list(scratch.path) == ["socket"])
      socket.removeName()
      #expect(try Paths.list(scratch.path).isEmpty)
    }
  }

  @Test("takes the place of one whose server was killed")
  func stale() throws {
    do { _ = try ListeningSocket(at: path, mode: 0o600) }
    #expect(try Paths.list(scratch.path) == ["socket"])
    let error = #expect(throws: SystemError.self) { _ = try ask() }
    #expect(error?.errno == .connectionRefused)
    let server = try answer("new")
    #expect(try ask() == "new")
    server.end()
    #expect(try Paths.list(scratch.path).isEmpty)
  }

  @Test("takes the place of one that is served, whose end then leaves the new one its name")
  func replaced() throws {
    let old = try answer("old")
    let new = try answer("new")
    #expect(try ask() == "new")
    old.end()
    #expect(try ask() == "new")
    new.end()
    let error = #expect(throws: SystemError.self) { _ = try ask() }
    #expect(error?.errno == .noSuchFileOrDirectory)
  }

  @Test("takes the place of what is no socket, and of what a half-made one has left")
  func files() throws {
    for name in [path, FilePath("\(path).\(processIdentifier())")] {
      try OwnedDescriptor(opening: name, [.create, .writeOnly]).close()
    }
    let server = try answer("here")
    #expect(try ask() == "here")
    server.end()
    #expect(try Paths.list(scratch.path).isEmpty)
  }

  @Test("cannot have a name longer than 107 bytes, nor one in a directory that is not there")
  func names() throws {
    let long = scratch.path.appending(String(repeating: "n", count: 108))
    let tooLong = #expect(throws: SystemError.self) {
      _ = try ListeningSocket(at: long, mode: 0o600)
    }
    #expect(tooLong?.errno == .fileNameTooLong)
    let missing = #expect(throws: SystemError.self) {
      _ = try ListeningSocket(at: path.appending("below"), mode: 0o600)
    }
    #expect(missing?.errno == .noSuchFileOrDirectory)
    #expect(try Paths.list(scratch.path).isEmpty)
  }

  @Test("at a loopback address has a port of its own", arguments: ["127.0.0.1:0", "[::1]:0"])
  func ports(text: String) throws {
    let address = try #require(LoopbackAddress(text))
    let socket = try ListeningSocket(at: address)
    #expect(socket.port > 0)
    let taken = LoopbackAddress(address.family, port: socket.port)
    let error = #expect(throws: SystemError.self) { _ = try ListeningSocket(at: taken) }
    #expect(error?.errno == .addressInUse)
  }
}

@Suite("A loopback address")
struct LoopbackAddressTests {
  @Test("is read and written", arguments: ["127.0.0.1:9100", "[::1]:0", "127.0.0.1:65535"])
  func forms(text: String) {
    #expect(LoopbackAddress(text)?.description == text)
  }

  @Test(
    "is nothing that others could reach, and nothing malformed",
    arguments: [
      "0.0.0.0:9100", "127.0.0.2:9100", "10.1.2.3:9100", "localhost:9100", ":9100", "9100",
      "[::]:9100", "::1:9100", "[::1]9100", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
      "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 1", "127.0.0.1:9100x", "127.0.0.1:٣", "",
    ])
  func refused(text: String) {
    #expect(LoopbackAddress(text) == nil)
  }
}
