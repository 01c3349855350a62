import FUSE
import Glibc
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite(
  "The counts of a session's requests", .serialized,
  .enabled(if: canMount, "needs root and /dev/fuse"))
struct RequestCountsTests {
  /// Waits until the last answers are counted, which happens after they were given.
  private func settled(
    _ session: Session, _ condition: (RequestCounts) -> Bool
  ) -> RequestCounts {
    for _ in 0..<200 where !condition(session.requests) { usleep(5_000) }
    return session.requests
  }

  @Test("are those of the file system, kind by kind")
  func kinds() throws {
    let fileSystem = MemoryFileSystem(timeout: 0)
    fileSystem.add("file", .file(pattern(10_000), piece: 4096), attributes: ["user.a": [1]])
    fileSystem.add("link", .symbolicLink("file"))
    let directory = fileSystem.add("directory", .directory)
    fileSystem.add("below", in: directory, .zeros(5))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path
      for _ in 0..<7 { _ = try FileStatus(of: path.appending("directory/below")) }
      for _ in 0..<3 { _ = try Paths.linkTarget(path.appending("link")) }
      for _ in 0..<2 { _ = try Paths.list(path.appending("directory")) }
      let file = try OwnedDescriptor(opening: path.appending("file"))
      #expect(try file.attribute("user.a") == [1])
      #expect(try file.attribute("user.b") == nil)
      #expect(try file.readBytes(at: 0, count: 20_000) == bytes(pattern(10_000)))
      let session = mounted.session
      let counts = settled(session) {
        Int($0[.lookup]) == fileSystem.count("lookup") && $0[.read] > 0 && $0[.getxattr] == 2
      }
      #expect(fileSystem.count("lookup") >= 14)
      #expect(Int(counts[.lookup]) == fileSystem.count("lookup"))
      #expect(Int(counts[.getattr]) == fileSystem.count("attributes"))
      #expect(Int(counts[.readlink]) == fileSystem.count("link"))
      #expect(Int(counts[.read]) == fileSystem.count("read"))
      #expect(Int(counts[.readdirplus]) == fileSystem.count("plus"))
      #expect(Int(counts[.readdir]) == fileSystem.count("list"))
      #expect(counts[.getxattr] == 2)
      // Once for all: the kernel learns that it need not ask.
      #expect(counts[.open] == 1 && counts[.opendir] == 1)
      #expect(counts.readBytes == 10_000)
      #expect(counts.failures == 0)
      #expect(counts.count == RequestKind.allCases.reduce(0) { $0 + counts[$1] })
    }
  }

  @Test("begin with those of the mount itself, and tell how long answers took")
  func latencies() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .zeros(1 << 20))
    try withMounted(fileSystem) { (mounted) throws in
      let before = mounted.session.requests
      #expect(before.readBytes == 0 && before[.read] == 0)
      #expect(try contents(mounted.path.appending("file")).count == 1 << 20)
      let counts = settled(mounted.session) { $0.readBytes == 1 << 20 }
      let reads = try #require(counts.latencies[.read])
      #expect(reads.count >= 1)
      #expect(reads.nanoseconds > 1000 && reads.seconds < 10)
      let median = try #require(reads.quantile(0.5))
      #expect(median <= reads.seconds * 2 + 2e-6)
    }
  }

  @Test("tell what could not be read from what is not there")
  func failures() throws {
    let fileSystem = MemoryFileSystem(timeout: 0)
    fileSystem.add("bad", .unreadable(100_000))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path
      #expect(throws: SystemError.self) { _ = try FileStatus(of: path.appending("missing")) }
      let quiet = settled(mounted.session) { Int($0[.lookup]) == fileSystem.count("lookup") }
      #expect(quiet.failures == 0)
      let file = try OwnedDescriptor(opening: path.appending("bad"))
      posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_RANDOM)
      for _ in 0..<3 {
        #expect(throws: SystemError.self) { _ = try file.readBytes(at: 0, count: 4096) }
      }
      let counts = settled(mounted.session) { Int($0[.read]) == fileSystem.count("read") }
      #expect(Int(counts.failures) == fileSystem.count("read"))
      #expect(counts.failures >= 3 && counts.readBytes == 0)
    }
  }

  @Test("lose nothing when many threads ask at once, nor when the session has ended")
  func threads() throws {
    let fileSystem = MemoryFileSystem(timeout: 0)
    fileSystem.add("file", .zeros(1))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      let threads = try (0..<4).map { _ in
        try JoinableThread {
          for _ in 0..<500 { _ = try? FileStatus(of: path) }
        }
      }
      for thread in threads { thread.join() }
      mounted.session.stop()
      try mounted.end()
      let counts = mounted.session.requests
      #expect(fileSystem.count("lookup") >= 2000)
      #expect(Int(counts[.lookup]) == fileSystem.count("lookup"))
    }
  }
}
