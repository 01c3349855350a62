import Linux
import SystemPackage
import Testing

@Suite("Paths")
struct PathsTests {
  @Test("list names in order of their bytes, without dots")
  func list() throws {
    let scratch = try ScratchDirectory()
    for name in ["b", "B", "a", ".hidden", "ä", "a b"] { try scratch.write(name, []) }
    #expect(try Paths.list(scratch.path) == [".hidden", "B", "a", "a b", "b", "ä"])
    let missing = scratch.path.appending("missing")
    #expect(throws: SystemError("opendir", missing, .noSuchFileOrDirectory)) {
      _ = try Paths.list(missing)
    }
  }

  @Test("that are touched have a new time of access and their old one of modification")
  func touch() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("file", [1])
    let path = scratch.path.appending("file")
    func times() throws -> [Int64] {
      let text = try ChildProcess(running: "stat", ["-c", "%X %Y", path.string]).output
      return text.split { $0 == " " || $0 == "\n" }.compactMap { Int64($0) }
    }
    _ = try ChildProcess(running: "touch", ["-d", "@1000000", path.string])
    #expect(try times() == [1_000_000, 1_000_000])
    try Paths.touch(path)
    #expect(try times()[0] > 1_700_000_000)
    #expect(try times()[1] == 1_000_000)
    let missing = scratch.path.appending("missing")
    #expect(throws: SystemError("utimensat", missing, .noSuchFileOrDirectory)) {
      try Paths.touch(missing)
    }
  }

  @Test(
    "that are directories have exactly the mode that was asked for",
    arguments: [
      0o700, 0o755, 0o777, 0o1777, 0o2755,
    ] as [UInt32])
  func directories(mode: UInt32) throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path.appending("dir")
    try Paths.makeDirectory(path, mode: mode)
    #expect(try FileStatus(of: path).mode == UInt16(mode))
    #expect(throws: SystemError("mkdir", path, .fileExists)) { try Paths.makeDirectory(path) }
    try Paths.removeDirectory(path)
    #expect(throws: SystemError("rmdir", path, .noSuchFileOrDirectory)) {
      try Paths.removeDirectory(path)
    }
  }

  @Test("are linked unless the name is taken, and renamed also when it is")
  func linkAndRename() throws {
    let scratch = try ScratchDirectory()
    let one = try scratch.write("one", [1])
    let two = try scratch.write("two", [2])
    #expect(throws: SystemError("link", two, .fileExists)) { try Paths.link(one, to: two) }
    let three = scratch.path.appending("three")
    try Paths.link(one, to: three)
    #expect(try FileStatus(of: one).links == 2)
    #expect(try FileStatus(of: one).inode == FileStatus(of: three).inode)
    try Paths.rename(two, to: three)
    #expect(try readBytes(three) == [2])
    #expect(try FileStatus(of: one).links == 1)
    #expect(try Paths.list(scratch.path) == ["one", "three"])
    try Paths.synchronizeDirectory(scratch.path)
    try Paths.unlink(one)
    #expect(throws: SystemError("unlink", one, .noSuchFileOrDirectory)) { try Paths.unlink(one) }
  }

  @Test("that are symbolic links have targets as written, also dangling ones")
  func symbolicLinks() throws {
    let scratch = try ScratchDirectory()
    for (index, target) in ["../x", "/a/b/c", "name", String(repeating: "y", count: 4000)]
      .enumerated()
    {
      let path = scratch.path.appending("link\(index)")
      try Paths.symbolicLink(path, pointingTo: FilePath(target))
      #expect(try Paths.linkTarget(path) == FilePath(target))
    }
    #expect(throws: SystemError.self) { _ = try Paths.linkTarget(scratch.path) }
  }
}
