import Linux
import SystemPackage
import Testing

@Suite("Whole files")
struct WholeFileTests {
  @Test("are read to their end, also where stat says that they are empty")
  func proc() throws {
    #expect(try FileStatus(of: "/proc/self/status").size == 0)
    #expect(try readText("/proc/self/status").contains("Pid:"))
  }

  @Test("of any size are read", arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
  func sizes(count: Int) throws {
    let scratch = try ScratchDirectory()
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try readBytes(try scratch.write("file", content)) == content)
  }

  @Test("that are no UTF-8 are text with replacement characters")
  func notText() throws {
    let scratch = try ScratchDirectory()
    let text = try readText(try scratch.write("file", [97, 0xFF, 98]))
    #expect(text == "a\u{FFFD}b")
  }

  @Test("that are directories or not there are errors")
  func errors() {
    #expect(throws: SystemError.self) { _ = try readBytes("/tmp") }
    #expect(throws: SystemError.self) { _ = try readBytes("/not/there") }
  }
}
