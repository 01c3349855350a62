import Glibc
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@testable import FUSE

@Suite(
  "Bytes that a read brings along", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct PushTests {
  private let size = (1 << 20) + 17

  /// Reads a page without the kernel's readahead.
  private func readPage(_ path: FilePath, at offset: UInt64) throws -> [UInt8] {
    let file = try OwnedDescriptor(opening: path)
    posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_RANDOM)
    return try file.readBytes(at: offset, count: 4096)
  }

  private func settle(_ session: Session, pieces: UInt64) {
    for _ in 0..<1000 {
      let counts = session.pushes
      if counts.pushed + counts.dropped + counts.refused >= pieces { return }
      usleep(10_000)
    }
    Issue.record("nothing was pushed: \(session.pushes)")
  }

  @Test("are in the page cache, so that nobody asks for them again")
  func pushed() throws {
    let fileSystem = MemoryFileSystem()
    let buffer = pattern(size)
    fileSystem.add("file", .offering(buffer))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      let expected = bytes(buffer)
      #expect(try readPage(path, at: 1 << 19) == Array(expected[1 << 19..<(1 << 19) + 4096]))
      settle(mounted.session, pieces: 2)
      #expect(try contents(path) == expected)
      #expect(fileSystem.count("read") == 1)
      #expect(mounted.session.pushes == PushCounts(pushed: 2, bytes: UInt64(size) - 4096))
    }
  }

  @Test("stay out where reads go on from page to page: the kernel reads ahead for those")
  func sequential() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .offering(pattern(size)))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      for page in 0..<10 { _ = try readPage(path, at: UInt64(page) * 4096) }
      #expect(fileSystem.count("read") == 10)
      #expect(mounted.session.pushes == PushCounts())
    }
  }

  @Test("are wanted by reads that neither begin a file nor go on where the last one ended")
  func jumps() {
    var reads = RecentReads()
    let (one, two) = (NodeID(rawValue: 1 << 31 | 100), NodeID(rawValue: 1 << 31 | 132))
    let steps: [(NodeID, Range<UInt64>, Bool)] = [
      (one, 0..<10, false), (one, 10..<20, false), (two, 20..<30, true), (one, 20..<30, false),
      (two, 30..<40, false), (one, 31..<40, true), (one, 31..<40, true), (one, 0..<5, false),
      (one, 5..<6, false),
    ]
    for (number, (node, range, expected)) in steps.enumerated() {
      let isJump = reads.isJump(node, range)
      #expect(isJump == expected, "step \(number)")
    }
    for number in 0..<10_000 { _ = reads.isJump(NodeID(rawValue: .max - UInt64(number)), 0..<1) }
    let isForgotten = reads.isJump(one, 6..<7)
    #expect(isForgotten)
  }

  @Test("stay out where the session is told so")
  func off() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .offering(pattern(size)))
    var options = SessionOptions()
    options.pushLimit = 0
    try withMounted(fileSystem, options: options) { (mounted) throws in
      let path = mounted.path.appending("file")
      for page in 0..<10 { _ = try readPage(path, at: UInt64(page) * 8192) }
      #expect(fileSystem.count("read") == 10)
      #expect(mounted.session.pushes == PushCounts())
    }
  }

  @Test("are dropped, and asked for when they are wanted, where too much waits")
  func bounded() throws {
    let fileSystem = MemoryFileSystem()
    let buffer = pattern(size)
    fileSystem.add("file", .offering(buffer))
    var options = SessionOptions()
    options.pushLimit = 1 << 19
    try withMounted(fileSystem, options: options) { (mounted) throws in
      let path = mounted.path.appending("file")
      _ = try readPage(path, at: 4096)
      settle(mounted.session, pieces: 2)
      #expect(mounted.session.pushes == PushCounts(pushed: 1, bytes: 4096, dropped: 1))
      #expect(try contents(path) == bytes(buffer))
      #expect(fileSystem.count("read") > 1)
    }
  }

  @Test("may be under way while others read them, and while the session ends")
  func race() throws {
    let fileSystem = MemoryFileSystem()
    let buffer = pattern(size)
    let expected = bytes(buffer)
    let file = fileSystem.add("file", .offering(buffer))
    try withMounted(fileSystem) { (mounted) throws in
      let path = mounted.path.appending("file")
      let threads = try (0..<4).map { number in
        try JoinableThread {
          for round in 0..<400 {
            let offset = UInt64((round * 37 + number * 61) % 256) * 4096
            guard let page = try? readPage(path, at: offset) else { return }
            #expect(page == Array(expected[Int(offset)..<Int(offset) + 4096]))
            if round % 20 == 0 { try? mounted.session.notifier.invalidate(file) }
            if number == 0, round == 300 { mounted.session.stop() }
          }
        }
      }
      for thread in threads { thread.join() }
      try mounted.end()
    }
  }

  @Test("are whole pages, but for the last of the file")
  func pages() {
    let buffer = pattern(20_000)
    func cut(_ range: Range<Int>, _ start: UInt64, _ reachesEnd: Bool) -> [UInt64]? {
      OfferedBytes(buffer, range, at: start, reachesEnd: reachesEnd).map {
        [$0.offset, UInt64($0.range.lowerBound), UInt64($0.range.upperBound)]
      }
    }
    #expect(cut(0..<8192, 4096, false) == [4096, 0, 8192])
    #expect(cut(0..<8191, 4096, false) == [4096, 0, 4096])
    #expect(cut(0..<8191, 4096, true) == [4096, 0, 8191])
    #expect(cut(100..<9000, 4000, false) == [4096, 196, 8388])
    #expect(cut(100..<4195, 4096, false) == nil)
    #expect(cut(100..<4195, 4096, true) == [4096, 100, 4195])
    #expect(cut(0..<50, 4000, true) == nil)
    #expect(cut(0..<0, 4096, true) == nil && cut(7..<7, 0, false) == nil)
  }
}
