import Linux
import SystemPackage
import Testing

@Suite("Shared buffers")
struct SharedBufferTests {
  private func bytes(_ buffer: SharedBuffer) -> [UInt8] {
    buffer.withBytes { $0.withUnsafeBytes { Array($0) } }
  }

  @Test("hold what they were filled with", arguments: [0, 1, 63, 64, 65, 100_000])
  func filled(count: Int) {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let buffer = SharedBuffer(capacity: count + 10) { span in
      for (index, byte) in content.enumerated() {
        span.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
      }
      return count
    }
    #expect(buffer.count == count)
    #expect(bytes(buffer) == content)
    #expect(bytes(SharedBuffer(copying: content.span.bytes)) == content)
  }

  @Test("that could not be filled are not made, and the error is the filler's")
  func failure() {
    #expect(throws: Errno.ioError) {
      _ = try SharedBuffer(capacity: 1000) { (_) throws(Errno) in throw .ioError }
    }
  }

  @Test("have room for as much as was asked for")
  func room() {
    for capacity in [0, 1, 4096] {
      _ = SharedBuffer(capacity: capacity) { span in
        #expect(span.byteCount >= capacity)
        return capacity
      }
    }
  }

  @Test("pass on what a reader throws and returns")
  func lending() {
    let content: [UInt8] = [1, 2, 3]
    let buffer = SharedBuffer(copying: content.span.bytes)
    #expect(buffer.withBytes { $0.byteCount } == 3)
    #expect(throws: Errno.noData) {
      try buffer.withBytes { (_) throws(Errno) in throw .noData }
    }
  }

  @Test("are readable from many threads")
  func threads() throws {
    let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    let buffer = SharedBuffer(copying: content.span.bytes)
    let right = Tally()
    let threads = try (0..<4).map { _ in
      try JoinableThread {
        let copy = buffer.withBytes { $0.withUnsafeBytes { Array($0) } }
        if copy == content { right.add() }
      }
    }
    for thread in threads { thread.join() }
    #expect(right.value == 4)
  }
}
