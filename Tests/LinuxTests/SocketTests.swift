import Linux
import SystemPackage
import Testing

@Suite("A pair of sockets")
struct SocketTests {
  private func read(_ descriptor: borrowing OwnedDescriptor, _ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    let done = try descriptor.readNext(into: &raw)
    return Array(bytes.prefix(done))
  }

  @Test("carries bytes both ways")
  func bytes() throws {
    let pair = try SocketPair()
    try pair.near.sendAll([UInt8]([1, 2, 3]).span.bytes)
    let got = try read(pair.far, 10)
    #expect(got == [1, 2, 3])
    try pair.far.sendAll([UInt8]([4]).span.bytes)
    let answer = try read(pair.near, 10)
    #expect(answer == [4])
    try pair.near.sendAll([UInt8]().span.bytes)
  }

  @Test("whose other end is closed is an error, not the end of the process")
  func closed() throws {
    let pair = try SocketPair()
    pair.endFar()
    #expect(try read(pair.near, 10) == [])
    let error = #expect(throws: SystemError.self) {
      try pair.near.sendAll([UInt8](repeating: 1, count: 10).span.bytes)
    }
    #expect(error?.errno == .brokenPipe)
  }

  @Test("carries more than it holds")
  func much() throws {
    let pair = try SocketPair()
    let sender = try JoinableThread {
      let bytes = [UInt8](repeating: 7, count: 1_000_000)
      try? pair.near.sendAll(bytes.span.bytes)
    }
    var count = 0
    while count < 1_000_000 { count += try read(pair.far, 65_536).count }
    sender.join()
    #expect(count == 1_000_000)
  }
}
