import Linux
import SystemPackage
import Testing

@Suite("A directory that encloses")
struct EnclosedDirectoryTests {
  private let scratch: ScratchDirectory
  private let outside: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
    outside = try ScratchDirectory()
    try scratch.write("a", [1])
    try scratch.write("b", [2])
    try outside.write("secret", [9])
    let path = scratch.path
    try Paths.symbolicLink(path.appending("file"), pointingTo: outside.path.appending("secret"))
    try Paths.symbolicLink(path.appending("inner"), pointingTo: "a")
    try Paths.symbolicLink(path.appending("directory"), pointingTo: outside.path)
    try Paths.symbolicLink(path.appending("here"), pointingTo: ".")
  }

  private func read(_ name: String) throws -> [UInt8] {
    var directory = try EnclosedDirectory(opening: scratch.path)
    return try directory.open(Array(name.utf8)).readBytes(at: 0, count: 10)
  }

  @Test("opens files, however their paths are written", arguments: ["a", "./a", "/a", "x/..//a"])
  func paths(name: String) throws {
    #expect(try read(name) == [1])
  }

  @Test(
    "follows no symbolic link, wherever it leads",
    arguments: ["file", "inner", "directory/secret", "here/a", "here/directory/secret"])
  func links(name: String) {
    let error = #expect(throws: SystemError.self) { try read(name) }
    #expect([.tooManySymbolicLinkLevels, .notDirectory].contains(error?.errno))
  }

  @Test("is not left by a path", arguments: ["../a", "x/../../a", "..", "", ".", "/", "a\0b"])
  func leaving(name: String) {
    let error = #expect(throws: SystemError.self) { try read(name) }
    #expect(error?.errno == .invalidArgument)
  }

  @Test("says what is missing by its path")
  func missing() {
    let path = scratch.path.appending("nowhere")
    #expect(throws: SystemError("openat", path, .noSuchFileOrDirectory)) { try read("nowhere") }
  }

  @Test("finds files of several directories in any order")
  func directories() throws {
    let tree = scratch.path.appending("tree")
    try Paths.makeDirectory(tree)
    defer { for name in ["c/d/e", "c/d", "c/f", "c", ""] { remove(tree.appending(name)) } }
    try Paths.makeDirectory(tree.appending("c"))
    try Paths.makeDirectory(tree.appending("c/d"))
    try scratch.write("tree/c/d/e", [3])
    try scratch.write("tree/c/f", [4])
    var directory = try EnclosedDirectory(opening: scratch.path)
    for (name, byte) in [
      ("tree/c/d/e", 3), ("tree/c/f", 4), ("a", 1), ("tree/c/f", 4), ("b", 2), ("tree/c/d/e", 3),
    ] as [(String, UInt8)] {
      let bytes = try directory.open(Array(name.utf8)).readBytes(at: 0, count: 10)
      #expect(bytes == [byte], "\(name)")
    }
  }

  private func remove(_ path: FilePath) {
    if (try? Paths.unlink(path)) == nil { try? Paths.removeDirectory(path) }
  }
}
