import Linux
import Store
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@Suite("The simulation")
struct SimulationTests {
  private static let counter = StorePath(.packs, "counter")

  private static func value(_ directory: any StoreDirectory) throws -> UInt8 {
    try directory.read(counter).first ?? 0
  }

  /// Adds one to a counter, carelessly: reads it, and replaces it.
  private static func counting(_ name: String) -> Interleaving<MemoryDirectory>.Actor {
    .init(name) { world, turn in
      let directory = turn.directory(world)
      let old = try value(directory)
      let temporary = StorePath(.packs, ".\(name)")
      try directory.create(temporary).append([old + 1].span.bytes)
      try directory.rename(temporary, to: counter)
    }
  }

  private static func careless() -> Interleaving<MemoryDirectory> {
    Interleaving(
      [counting("a"), counting("b")],
      prepare: {
        let directory = MemoryDirectory()
        try directory.makeDirectory(.root)
        try directory.makeDirectory(.packs)
        try directory.create(counter).append(([0] as [UInt8]).span.bytes)
        return directory
      },
      verify: { world, outcome in
        try outcome.requireNoErrors()
        let count = try value(world)
        try require(count == 2, "it counted to \(count)")
      })
  }

  @Test("finds an update that gets lost, and plays it again from what it printed")
  func lostUpdate() throws {
    let careless = Self.careless()
    #expect(throws: Never.self) { try careless.explore(preemptions: 0) }
    for explore in [
      { try careless.explore(preemptions: 1) }, { try careless.explore(random: 100, seed: 3) },
    ] {
      let failure = try #require(#expect(throws: ScheduleFailure.self) { _ = try explore() })
      #expect("\(failure)".contains("it counted to 1"))
      let schedule = try #require(Schedule("\(failure.outcome.schedule)"))
      let again = #expect(throws: ScheduleFailure.self) { try careless.run(schedule) }
      #expect(again?.outcome.lines == failure.outcome.lines)
    }
  }

  @Test("tries every place for so many preemptions")
  func coverage() throws {
    let seen = Mutex<Set<String>>([])
    let orders = Mutex<[String]>([])
    func actor(_ name: String) -> Interleaving<MemoryDirectory>.Actor {
      .init(name) { _, turn in
        for _ in 0..<2 {
          turn.pause()
          orders.withLock { $0.append(name) }
        }
      }
    }
    let interleaving = Interleaving(
      [actor("a"), actor("b")],
      prepare: {
        orders.withLock { $0 = [] }
        return MemoryDirectory()
      },
      verify: { _, _ in
        let order = orders.withLock { $0.joined() }
        _ = seen.withLock { $0.insert(order) }
      })
    #expect(try interleaving.explore(preemptions: 4).isExhaustive)
    #expect(seen.withLock { $0 } == ["aabb", "abab", "abba", "baab", "baba", "bbaa"])
    #expect(try interleaving.explore(preemptions: 4, limit: 3).runs == 3)
  }

  @Test("an actor that throws ends, is known to be dead, and the others go on")
  func errors() throws {
    let interleaving = Interleaving<MemoryDirectory>(
      [
        .init("fails") { _, _ in throw Violation("on purpose") },
        .init("waits") { _, turn in
          let other = ProcessIdentity(boot: "b00t", pidNamespace: 7, pid: 100, startTime: 9)
          while !turn.surroundings.isKnownDead(other) { turn.pause() }
          turn.clock.advance(by: 5)
        },
      ], prepare: { MemoryDirectory() },
      verify: { _, outcome in
        try require(outcome.errors.count == 1 && outcome.errors[0] != nil, "no error")
      })
    let other = try #require(Schedule("0:1"))
    #expect(throws: Never.self) { try interleaving.run(other) }
    #expect(throws: Violation.self) { try interleaving.run(Schedule()).requireNoErrors() }
  }

  @Test("actors that wait for each other are reported as stuck")
  func stuck() throws {
    let gate = Latch()
    var interleaving = Interleaving<MemoryDirectory>(
      [
        .init("waits") { _, _ in gate.wait() },
        .init("opens") { _, _ in gate.open() },
      ], prepare: { MemoryDirectory() }, verify: { _, _ in })
    interleaving.secondsPerRun = 1
    let failure = #expect(throws: ScheduleFailure.self) { try interleaving.run(Schedule()) }
    #expect("\(try #require(failure))".contains("did not come to an end"))
  }

  @Test("a schedule's text means the schedule", arguments: ["", "0:1", "0:1 17:0 20:2"])
  func text(_ text: String) throws {
    #expect(try #require(Schedule(text)).description == text)
    #expect(Schedule("\(text) x") == nil)
  }

  @Test("faults befall the operations they are meant for, and leave as much as they say")
  func faults() throws {
    let base = MemoryDirectory()
    try base.makeDirectory(.root)
    try base.makeDirectory(.packs)
    let path = StorePath(.packs, "file")
    let appends = FaultyDirectory(base, Fault(.every(.append), .error(.noSpace, after: .half)))
    let writer = try appends.create(path)
    #expect(throws: SystemError("write", nil, .noSpace)) {
      try writer.append(([1, 2] as [UInt8]).span.bytes)
    }
    #expect(base.bytes(path) == [1])
    #expect(appends.operations == 2)
    let lost = FaultyDirectory(base, Fault(.operation(2), .error(.staleNFSFileHandle, after: .all)))
    _ = try lost.list(.packs)
    #expect(throws: SystemError.self) { try lost.unlink(path) }
    #expect(base.paths == [])
    try base.create(path).append(([1, 2, 3, 4] as [UInt8]).span.bytes)
    let short = FaultyDirectory(base, Fault(.matching { $0.path == path }, .shortRead))
    #expect(try short.read(path) == [1, 2])
    var buffer = [UInt8](repeating: 0, count: 4)
    var span = buffer.mutableSpan
    var raw = span.mutableBytes
    #expect(try short.open(path).read(at: 0, into: &raw) == 2)
    #expect(buffer == [1, 2, 0, 0])
  }
}
