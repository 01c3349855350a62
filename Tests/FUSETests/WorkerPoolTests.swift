import FUSE
import Glibc
import Linux
import MemoryFileSystem
import Synchronization
import SystemPackage
import Testing

@Suite("Threads that answer", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct WorkerPoolTests {
  /// Files whose reads hang until they are let go.
  private final class Gate: Sendable {
    private let isOpen = Atomic(false)
    private let hanging = Atomic(0)
    var count: Int { hanging.load(ordering: .relaxed) }

    func wait() {
      hanging.add(1, ordering: .relaxed)
      while !isOpen.load(ordering: .relaxed) { usleep(2_000) }
    }

    func open() { isOpen.store(true, ordering: .relaxed) }
  }

  private func hangingFiles(_ count: Int, _ gate: Gate) -> MemoryFileSystem {
    let fileSystem = MemoryFileSystem(timeout: 0)
    for number in 0..<count {
      fileSystem.add("hang-\(number)", .waiting(pattern(100)) { gate.wait() })
    }
    fileSystem.add("good", .file(pattern(100), piece: 100))
    return fileSystem
  }

  /// Reads all files that hang, each on a thread of its own.
  private func readAll(_ count: Int, at path: FilePath, _ good: Shared<Int>) throws
    -> [JoinableThread]
  {
    try (0..<count).map { number in
      try JoinableThread {
        let read = try? contents(path.appending("hang-\(number)"))
        if read == bytes(pattern(100)) { good.add(1) }
      }
    }
  }

  @Test("answer what does not hang however much does, and the rest when it hangs no more")
  func hanging() throws {
    let (gate, good) = (Gate(), Shared<Int>())
    var options = SessionOptions()
    options.threads = .pool(limit: 4, idle: 2, clonedDescriptors: false)
    try withMounted(hangingFiles(150, gate), options: options) { (mounted) throws in
      defer { gate.open() }
      let readers = try readAll(150, at: mounted.path, good)
      let begin = MonotonicClock.seconds()
      for _ in 0..<400 where gate.count < 150 { usleep(10_000) }
      #expect(gate.count == 150, "all reads have reached the file system")
      #expect(MonotonicClock.seconds() - begin < 3)
      #expect(try contents(mounted.path.appending("good")) == bytes(pattern(100)))
      gate.open()
      for reader in readers { reader.join() }
      #expect(good.value == 150)
    }
  }

  @Test("are no more than the limit while nothing hangs, and few again after it did")
  func few() throws {
    func threads() throws -> Int { try Paths.list("/proc/self/task").count }
    let (gate, good) = (Gate(), Shared<Int>())
    var options = SessionOptions()
    options.threads = .pool(limit: 4, idle: 2, clonedDescriptors: false)
    try withMounted(hangingFiles(30, gate), options: options) { (mounted) throws in
      defer { gate.open() }
      let readers = try readAll(30, at: mounted.path, good)
      for _ in 0..<400 where gate.count < 30 { usleep(10_000) }
      let most = try threads()
      gate.open()
      for reader in readers { reader.join() }
      for _ in 0..<100 { _ = try contents(mounted.path.appending("good")) }
      #expect(try threads() < most - 40, "30 readers and most of 30 threads are gone")
    }
  }

  @Test("that hang do not keep a session from ending")
  func ending() throws {
    let (gate, good) = (Gate(), Shared<Int>())
    try withDirectory { (path) throws in
      let mounted = try Mounted(
        hangingFiles(3, gate), at: path, MountOptions(fileSystemName: "x"), SessionOptions())
      let readers = try readAll(3, at: path, good)
      for _ in 0..<400 where gate.count < 3 { usleep(10_000) }
      let begin = MonotonicClock.seconds()
      mounted.session.stop()
      try mounted.end()
      #expect(MonotonicClock.seconds() - begin < 8)
      for reader in readers { reader.join() }
      gate.open()
      #expect(good.value == nil, "they got an error")
    }
  }
}

extension Shared where Value == Int {
  func add(_ number: Int) { update { ($0 ?? 0) + number } }
}
