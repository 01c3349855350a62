import FUSE
import Linux
import MemoryFileSystem
import Synchronization
import SystemPackage
import Testing

@Suite("Reading", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct ReadingTests {
  @Test(
    "gives the bytes of a file in whatever pieces they come",
    arguments: [1_000_003, 65_536, 4_096, 1_000, 7])
  func pieces(piece: Int) throws {
    let buffer = pattern(1_000_003)
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .file(buffer, piece: piece))
    try withMounted(fileSystem) { (mounted) throws in
      #expect(try contents(mounted.path.appending("file")) == bytes(buffer))
    }
  }

  @Test("gives the right bytes at every offset around pages and the end")
  func offsets() throws {
    let size = 3 * 4096 + 17
    let buffer = pattern(size)
    let expected = bytes(buffer)
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .file(buffer, piece: 1000))
    try withMounted(fileSystem) { (mounted) throws in
      let file = try OwnedDescriptor(opening: mounted.path.appending("file"))
      for offset in 0...size + 2 {
        let read = try file.readBytes(at: UInt64(offset), count: 61)
        #expect(read == Array(expected[min(offset, size)..<min(offset + 61, size)]))
      }
    }
  }

  @Test("past the end gives nothing, and an empty file is empty")
  func end() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("empty", .zeros(0))
    fileSystem.add("short", .file(pattern(5), piece: 5))
    try withMounted(fileSystem) { (mounted) throws in
      #expect(try contents(mounted.path.appending("empty")).isEmpty)
      let file = try OwnedDescriptor(opening: mounted.path.appending("short"))
      #expect(try file.readBytes(at: 1 << 40, count: 10).isEmpty)
    }
  }

  @Test("a hole gives zeros", arguments: [1, 4096, 131_073, 5_000_000])
  func zeros(size: Int) throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("hole", .zeros(size))
    try withMounted(fileSystem) { (mounted) throws in
      let read = try contents(mounted.path.appending("hole"))
      #expect(read.count == size)
      #expect(read.allSatisfy { $0 == 0 })
    }
  }

  @Test("gives the error the file system throws")
  func failure() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("bad", .unreadable(10_000))
    try withMounted(fileSystem) { (mounted) throws in
      let file = try OwnedDescriptor(opening: mounted.path.appending("bad"))
      let error = #expect(throws: SystemError.self) { try file.readBytes(at: 0, count: 10) }
      #expect(error?.errno == .ioError)
    }
  }

  @Test(
    "by eight readers at once gives each the right bytes",
    arguments: [
      SessionOptions.Threads.one, .pool(limit: 16, idle: 8, clonedDescriptors: false),
      .pool(limit: 16, idle: 2, clonedDescriptors: true),
    ])
  func parallel(threads: SessionOptions.Threads) throws {
    let fileSystem = MemoryFileSystem()
    let buffers = (0..<4).map { pattern(700_000 + $0) }
    for (index, buffer) in buffers.enumerated() {
      fileSystem.add("\(index)", .file(buffer, piece: 10_000 + index))
    }
    var options = SessionOptions()
    options.threads = threads
    try withMounted(fileSystem, options: options) { (mounted) throws in
      let right = Mutex(0)
      let threads = try (0..<8).map { reader in
        try JoinableThread {
          let read = try? contents(mounted.path.appending("\(reader % 4)"))
          if read == bytes(buffers[reader % 4]) { right.withLock { $0 += 1 } }
        }
      }
      for thread in threads { thread.join() }
      #expect(right.withLock { $0 } == 8)
    }
  }

  @Test("again and after another open asks the file system nothing")
  func cached() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .file(pattern(200_000), piece: 200_000))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      _ = try contents(path)
      let before = ["read", "lookup", "attributes"].map(fileSystem.count)
      for _ in 0..<5 { _ = try contents(path) }
      #expect(["read", "lookup", "attributes"].map(fileSystem.count) == before)
    }
  }
}
