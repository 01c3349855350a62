import Linux
import SystemPackage
import Testing

@Suite("A file system")
struct FreeSpaceTests {
  @Test("has a size that is more than what is free of it")
  func size() throws {
    let scratch = try ScratchDirectory()
    let size = try fileSystemSize(of: scratch.path)
    #expect(size >= (try FreeSpace(of: scratch.path).bytes) && size > 1 << 20)
    #expect(throws: SystemError.self) { try fileSystemSize(of: "/no/such/place") }
  }
}
