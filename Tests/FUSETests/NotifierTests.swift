import FUSE
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("A notifier", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct NotifierTests {
  private func span(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("makes new content, size and target visible")
  func invalidation() throws {
    let fileSystem = MemoryFileSystem()
    let old = SharedBuffer(copying: span("old content").span.bytes)
    let new = SharedBuffer(copying: span("new content!").span.bytes)
    let file = fileSystem.add("file", .file(old, piece: 100))
    let link = fileSystem.add("link", .symbolicLink("before"))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      #expect(try contents(path) == span("old content"))
      #expect(try Paths.linkTarget(mounted.path.appending("link")) == "before")
      fileSystem.replace(file, .file(new, piece: 100))
      fileSystem.replace(link, .symbolicLink("after"))
      #expect(try contents(path) == span("old content"), "the kernel remembers")
      try mounted.session.notifier.invalidate(file)
      try mounted.session.notifier.invalidate(link)
      #expect(try contents(path) == span("new content!"))
      #expect(try Paths.linkTarget(mounted.path.appending("link")) == "after")
    }
  }

  @Test("makes new and removed names visible")
  func entries() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("old", .zeros(1))
    try withMounted(fileSystem) { (mounted) throws in
      let (old, new) = (mounted.path.appending("old"), mounted.path.appending("new"))
      #expect(try Paths.list(mounted.path) == ["old"])
      _ = try FileStatus(of: old)
      _ = try? FileStatus(of: new)
      fileSystem.add("new", .zeros(2))
      fileSystem.remove("old")
      #expect(throws: SystemError.self, "the kernel remembers") { try FileStatus(of: new) }
      let notifier = mounted.session.notifier
      try notifier.invalidateEntry(span("new").span.bytes, in: .root)
      try notifier.invalidateEntry(span("old").span.bytes, in: .root)
      try notifier.invalidate(.root)
      #expect(try FileStatus(of: new).size == 2)
      #expect(throws: SystemError.self) { try FileStatus(of: old) }
      #expect(try Paths.list(mounted.path) == ["new"])
    }
  }

  @Test("has nothing to do for nodes and names the kernel does not know")
  func unknown() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      let notifier = mounted.session.notifier
      try notifier.invalidate(NodeID(rawValue: 999))
      try notifier.invalidateEntry(span("nothing").span.bytes, in: .root)
      let error = #expect(throws: Errno.self) {
        try notifier.store(span("x").span.bytes, in: NodeID(rawValue: 999), at: 0)
      }
      #expect(error == .noSuchFileOrDirectory)
    }
  }

  @Test("gives the kernel pages, which are then read without a request")
  func store() throws {
    let fileSystem = MemoryFileSystem()
    let buffer = pattern(256 * 1024)
    let file = fileSystem.add("file", .file(buffer, piece: 1 << 20))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      _ = try FileStatus(of: path)
      try buffer.withBytes { (span) throws(Errno) in
        try mounted.session.notifier.store(span, in: file, at: 0)
      }
      #expect(try contents(path) == bytes(buffer))
      #expect(fileSystem.count("read") == 0)
    }
  }

  @Test("says that the session has ended")
  func ended() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      mounted.session.stop()
      try mounted.end()
      let error = #expect(throws: Errno.self) { try mounted.session.notifier.invalidate(.root) }
      #expect(error == .socketNotConnected)
    }
  }

  @Test("may be busy while the session ends")
  func race() throws {
    let fileSystem = MemoryFileSystem()
    let buffer = pattern(1 << 20)
    let file = fileSystem.add("file", .file(buffer, piece: 1 << 20))
    try withMounted(fileSystem) { (mounted) throws in
      _ = try FileStatus(of: mounted.path.appending("file"))
      let threads = try (0..<4).map { _ in
        try JoinableThread {
          while true {
            do throws(Errno) {
              try mounted.session.notifier.invalidate(file)
              try buffer.withBytes { (span) throws(Errno) in
                try mounted.session.notifier.store(span, in: file, at: 0)
              }
            } catch {
              if error == .socketNotConnected { return }
            }
            _ = try? contents(mounted.path.appending("file"))
          }
        }
      }
      mounted.session.stop()
      try mounted.end()
      for thread in threads { thread.join() }
    }
  }
}
