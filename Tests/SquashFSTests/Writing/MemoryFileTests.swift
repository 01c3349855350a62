import CSquashfs
import Testing

@testable import SquashFS

@Suite("Files in memory")
struct MemoryFileTests {
  private func write(_ file: MemoryFile, _ bytes: [UInt8], at offset: UInt64) -> Int32 {
    file.pointer.pointee.write_at(file.pointer, offset, bytes, bytes.count)
  }

  @Test("bytes are appended and overwritten from the base on")
  func writing() {
    let file = MemoryFile(base: 1 << 40)
    #expect(file.size == 1 << 40)
    #expect(write(file, [1, 2, 3], at: 1 << 40) == 0)
    #expect(write(file, [9, 8, 7], at: 1 << 40 + 2) == 0)
    #expect(file.bytes == [1, 2, 9, 8, 7])
    #expect(write(file, [], at: file.size) == 0)
    #expect(file.pointer.pointee.get_size(file.pointer) == 1 << 40 + 5)
  }

  @Test("nothing is written before the base or behind a gap")
  func outside() {
    let file = MemoryFile(base: 100)
    #expect(write(file, [1], at: 99) < 0)
    #expect(write(file, [1], at: 101) < 0)
    #expect(write(file, [1], at: .max) < 0)
    #expect(file.bytes == [])
  }

  @Test("what was written can be read, and nothing else")
  func reading() {
    let file = MemoryFile(base: 10)
    file.append([1, 2, 3, 4])
    var bytes: [UInt8] = [0, 0]
    #expect(file.pointer.pointee.read_at(file.pointer, 11, &bytes, 2) == 0)
    #expect(bytes == [2, 3])
    #expect(file.pointer.pointee.read_at(file.pointer, 13, &bytes, 2) < 0)
    #expect(file.pointer.pointee.read_at(file.pointer, 9, &bytes, 1) < 0)
    #expect(bytes == [2, 3])
    #expect(file.pointer.pointee.truncate(file.pointer, 10) < 0)
  }
}
