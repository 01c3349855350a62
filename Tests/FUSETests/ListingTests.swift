import FUSE
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("Listing", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct ListingTests {
  @Test("gives all of a hundred thousand entries, each once", arguments: [true, false])
  func many(adaptive: Bool) throws {
    let fileSystem = MemoryFileSystem()
    let directory = fileSystem.add("many", .directory)
    let names = (0..<100_000).map { "entry-\($0)-" + String(repeating: "x", count: $0 % 50) }
    for name in names { fileSystem.add(name, in: directory, .zeros(1)) }
    var options = SessionOptions()
    options.adaptiveListing = adaptive
    try withMounted(fileSystem, options: options) { (mounted) throws in
      let listed = try Paths.list(mounted.path.appending("many"))
      #expect(listed == names.sorted())
    }
  }

  @Test("with attributes saves the lookups")
  func plus() throws {
    let fileSystem = MemoryFileSystem()
    for index in 0..<500 { fileSystem.add("file \(index)", .zeros(index), permissions: 0o640) }
    var options = SessionOptions()
    options.adaptiveListing = false
    try withMounted(fileSystem, options: options) { (mounted) throws in
      #expect(try Paths.list(mounted.path).count == 500)
      let before = (fileSystem.count("lookup"), fileSystem.count("attributes"))
      for index in 0..<500 {
        let status = try FileStatus(of: mounted.path.appending("file \(index)"))
        #expect(status.size == UInt64(index))
        #expect(status.mode == 0o640)
      }
      #expect((fileSystem.count("lookup"), fileSystem.count("attributes")) == before)
      #expect(fileSystem.count("plus") > 0)
      #expect(fileSystem.count("list") == 0)
    }
  }

  @Test("again asks the file system nothing")
  func cached() throws {
    let fileSystem = MemoryFileSystem()
    for index in 0..<50 { fileSystem.add("\(index)", .directory) }
    try withMounted(fileSystem) { (mounted) throws in
      let first = try Paths.list(mounted.path)
      let before = fileSystem.count("list") + fileSystem.count("plus")
      #expect(try Paths.list(mounted.path) == first)
      #expect(fileSystem.count("list") + fileSystem.count("plus") == before)
    }
  }

  @Test("leaves out names that no program could use and keeps those of 255 bytes")
  func unusableNames() throws {
    let long = String(repeating: "é", count: 127) + "x"
    let fileSystem = MemoryFileSystem()
    for name in ["a", "", "b/c", "d\0e", String(repeating: "x", count: 256), long, "f"] {
      fileSystem.add(name, .zeros(0))
    }
    try withMounted(fileSystem) { (mounted) throws in
      #expect(try Paths.list(mounted.path) == ["a", "f", long].sorted())
    }
  }

  @Test("shows type, inode number and . and .. to readdir")
  func types() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("d", .directory)
    fileSystem.add("l", .symbolicLink("x"))
    fileSystem.add("p", .special(.fifo, device: 0))
    fileSystem.add("s", .special(.socket, device: 0))
    fileSystem.add("c", .special(.characterDevice, device: 0x0103))
    try withMounted(fileSystem) { (mounted) throws in
      let text = try output(
        of: "python3", "-c",
        """
        import os, sys, stat
        for e in sorted(os.scandir(sys.argv[1]), key=lambda e: e.name):
            s = e.stat(follow_symlinks=False)
            print(e.name, e.inode() == s.st_ino, stat.filemode(s.st_mode)[0], s.st_rdev)
        """, mounted.path.string)
      #expect(
        text == "c True c 259\nd True d 0\nl True l 0\np True p 0\ns True s 0\n")
      #expect(try output(of: "ls", "-a", mounted.path.string).hasPrefix(".\n..\n"))
    }
  }
}
