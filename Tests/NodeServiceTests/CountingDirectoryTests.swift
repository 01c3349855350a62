import Linux
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import NodeService

@Suite("A directory that counts what is done on it")
struct CountingDirectoryTests {
  private let memory: MemoryDirectory
  private let meter = StoreMeter()
  private let directory: CountingDirectory

  init() throws {
    memory = try memoryStore().directory
    directory = CountingDirectory(memory, meter)
  }

  private func path(_ name: String) -> StorePath { StorePath(.staging, name) }

  private func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = try directory.create(path(name))
    try file.append(bytes.span.bytes)
    try file.synchronize()
  }

  @Test("does everything on the other, and counts it once, as what it is")
  func uses() throws {
    try write("a", [1, 2, 3])
    try directory.link(path("a"), to: path("b"))
    try directory.rename(path("b"), to: path("c"))
    try directory.synchronize(.staging)
    #expect(try directory.list(.staging) == ["a", "c"])
    #expect(try directory.read(path("c")) == [1, 2, 3])
    let file = try directory.open(path("a"))
    #expect(file.size == 3)
    var bytes = [UInt8](repeating: 0, count: 2)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    let count = try file.read(at: 1, into: &raw)
    #expect(count == 2 && bytes == [2, 3])
    try directory.touch(path("a"))
    try directory.unlink(path("a"))
    _ = try directory.freeSpace()
    _ = try directory.mode(of: .staging)
    let counts = meter.counts()
    let expected: [StoreUse: UInt64] = [
      .create: 1, .write: 1, .sync: 2, .change: 3, .list: 1, .load: 1, .open: 1, .read: 1,
      .remove: 1, .stat: 2,
    ]
    #expect(counts.uses == expected)
    #expect(counts.loaded == 1 && counts.opens == 2 && counts.readCount == 2)
    #expect(counts.readBytes == 5)
    #expect(counts.roundTrips == 15)
    #expect(counts.reads.count == 1)
    #expect(counts.others.count == 13)
    #expect(counts.failures == 0 && counts.hung.isEmpty)
  }

  @Test("throws what the other throws; what is merely not there is no failure")
  func failures() throws {
    let missing = #expect(throws: SystemError.self) { _ = try directory.open(path("no")) }
    #expect(missing?.errno == .noSuchFileOrDirectory)
    #expect(throws: SystemError.self) { _ = try directory.read(path("no")) }
    try write("a", [1])
    #expect(throws: SystemError.self) { _ = try directory.create(path("a")) }
    #expect(meter.counts().failures == 0)
    #expect(meter.counts()[.open] == 1 && meter.counts()[.load] == 1)
    #expect(meter.counts().loaded == 0 && meter.counts().opens == 2)
    for (number, call) in [StoreOperation.Call.read, .list, .unlink].enumerated() {
      let faulty = FaultyDirectory(memory, Fault(.every(call), .error(.ioError)))
      let counting = CountingDirectory(faulty, meter)
      #expect(throws: SystemError.self) {
        _ = try counting.read(path("a"))
        _ = try counting.list(.staging)
        try counting.unlink(path("a"))
      }
      #expect(meter.counts().failures == UInt64(number) + 1)
    }
  }

  @Test("forgets nothing that a store does, from import to lease")
  func everything() throws {
    let watched = FaultyDirectory(memory, Fault(.operation(0), .error(.ioError)))
    let counting = CountingDirectory(watched, meter)
    let store = try Store.open(counting, surroundings: testSurroundings())
    try Sample("a", blocks: [1, 2], small: ["one", "two"]).publish(to: store)
    let lease = try store.takeLease(of: 1, for: 1000, purpose: "test")
    _ = try store.renew(lease, generation: 2, for: 2000)
    #expect(try store.leases().count == 1)
    #expect(try store.newest().images.count == 1)
    #expect(store.check().isEmpty)
    #expect(watched.operations > 60)
    #expect(meter.counts().uses.values.reduce(0, +) == UInt64(watched.operations))
  }

  @Test("knows what has not come back, for how long, and that it came back after all")
  func hung() throws {
    let hang = Hang()
    try write("a", [1])
    let counting = CountingDirectory(
      FaultyDirectory(memory, Fault(.every(.list), .hang(hang))), meter)
    let threads = try (0..<2).map { _ in try JoinableThread { _ = try? counting.list(.staging) } }
    hang.waitUntilReached()
    while meter.counts(patience: 0.2).hung.count < 2 { WallClock.pause(milliseconds: 20) }
    let counts = meter.counts(patience: 0.2)
    #expect(counts.hung.map(\.use) == [.list, .list])
    #expect(counts.hung.allSatisfy { $0.seconds >= 0.2 && $0.seconds < 30 })
    #expect(counts[.list] == 0, "it is counted when it is over")
    #expect(meter.counts().hung.isEmpty, "ten seconds are not over")
    hang.release()
    for thread in threads { thread.join() }
    #expect(meter.counts(patience: 0).hung.isEmpty)
    #expect(meter.counts()[.list] == 2)
    #expect(meter.counts().others.seconds > 0.3)
  }
}
