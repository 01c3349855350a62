import FUSE
import Linux
import MemoryFileSystem
import Synchronization
import SystemPackage
import Testing

@Suite("Names", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct NamesTests {
  @Test("that do not exist are remembered as such")
  func negative() throws {
    let fileSystem = MemoryFileSystem()
    try withMounted(fileSystem) { (mounted) throws in
      for _ in 0..<10 {
        let error = #expect(throws: SystemError.self) {
          try FileStatus(of: mounted.path.appending("missing"))
        }
        #expect(error?.errno == .noSuchFileOrDirectory)
      }
      #expect(fileSystem.count("lookup") == 1)
    }
  }

  @Test("are asked for each time when their timeout is zero")
  func uncached() throws {
    let fileSystem = MemoryFileSystem(timeout: 0)
    fileSystem.add("file", .zeros(1))
    try withMounted(fileSystem) { (mounted) throws in
      for _ in 0..<5 { _ = try FileStatus(of: mounted.path.appending("file")) }
      #expect(fileSystem.count("lookup") == 5)
    }
  }

  @Test("of links lead where they point, and the target is asked for once")
  func links() throws {
    let fileSystem = MemoryFileSystem()
    let long = String(repeating: "x/", count: 2047) + "y"
    fileSystem.add("short", .symbolicLink("target"))
    fileSystem.add("long", .symbolicLink(long))
    fileSystem.add("too long", .symbolicLink(long + "z"))
    fileSystem.add("target", .file(pattern(10), piece: 10))
    try withMounted(fileSystem) { (mounted) throws in
      for _ in 0..<5 {
        #expect(try Paths.linkTarget(mounted.path.appending("short")) == "target")
        #expect(try contents(mounted.path.appending("short")).count == 10)
      }
      #expect(fileSystem.count("link") == 1)
      #expect(try Paths.linkTarget(mounted.path.appending("long")).string.utf8.count == 4095)
      #expect(throws: SystemError.self) {
        try Paths.linkTarget(mounted.path.appending("too long"))
      }
    }
  }

  @Test("may lead each user elsewhere although links are cached")
  func perCaller() throws {
    var options = MountOptions(fileSystemName: "test")
    options.allowOther = true
    try withMounted(MemoryFileSystem(), options) { (mounted) throws in
      let path = mounted.path.appending("self").string
      let wrong = Mutex(0)
      let threads = try [0, 1111, 2222, 3333].map { uid in
        try JoinableThread {
          for _ in 0..<15 {
            let child = try? ChildProcess(
              running: "setpriv",
              ["--reuid", "\(uid)", "--regid", "\(uid)", "--clear-groups", "readlink", path])
            if child?.output != "u/\(uid)\n" { wrong.withLock { $0 += 1 } }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(wrong.withLock { $0 } == 0)
    }
  }

  @Test("show the attributes of what they lead to")
  func attributes() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .zeros(1_000_000_000_000), permissions: 0o4751, uid: 4242)
    try withMounted(fileSystem) { (mounted) throws in
      let text = try output(
        of: "stat", "-c", "%s %a %u %g %Y %h %F %b", mounted.path.appending("file").string)
      #expect(text == "1000000000000 4751 4242 4242 1600000000 1 regular file 1953125000\n")
      #expect(
        try output(of: "stat", "-f", "-c", "%S %b %f %c %d %l", mounted.path.string)
          == "4096 12345 0 678 0 255\n")
    }
  }
}
