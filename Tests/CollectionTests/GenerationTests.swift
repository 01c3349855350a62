import Collection
import Store
import StoreSimulation
import Testing

@Suite("Old generations")
struct GenerationTests {
  /// A store with so many generations, a day between any two.
  private func world(generations: Int) throws -> World {
    let world = try World()
    try Sample("a").publish(to: world.store)
    try Sample("b").publish(to: world.store)
    while try world.store.newest().generation < generations {
      world.pass(days: 1)
      try world.tag("a", "t\(try world.store.newest().generation)")
    }
    return world
  }

  private func policy(keep: Int, days: Int64 = 14) -> CollectionPolicy {
    CollectionPolicy(keepWithin: days * World.day, keepGenerations: keep)
  }

  @Test(
    "are those older than a time, but for the newest ones",
    arguments: [(1, 14, 26), (20, 14, 20), (1, 0, 39), (40, 0, nil), (1, 100, nil)]
      as [(Int, Int64, UInt64?)])
  func old(keep: Int, days: Int64, last: UInt64?) throws {
    let world = try world(generations: 40)
    world.clock.advance(by: World.hour + 1)
    let plan = try world.plan(policy(keep: keep, days: days))
    #expect(plan.subjects(of: .archive) == (last.map { [.generations(1...$0)] } ?? []))
  }

  @Test("go after their operations are in the history, and the log leaves nothing out")
  func history() throws {
    let world = try world(generations: 40)
    let before = try world.store.history()
    #expect(before.map(\.generation) == Array(1...40))
    #expect(before[0].operation.text == "init")
    #expect(try world.collect(policy(keep: 25, days: 1))[.archive] == 15)
    #expect(try world.store.generations() == Array(16...40))
    #expect(world.files(.history).map(\.name) == ["1-15"])
    #expect(try world.store.history() == before)
    #expect(try world.collect(policy(keep: 5, days: 1))[.archive] == 20)
    #expect(world.files(.history).map(\.name) == ["1-35"])
    #expect(try world.store.history() == before)
    #expect(try world.store.newest().generation == 40)
    #expect(try world.faults() == [])
  }

  @Test("stay while somebody may still be about to publish the next")
  func base() throws {
    let world = try world(generations: 10)
    let staging = try world.store(pid: 9).stage(purpose: "slow")
    for name in ["x", "y", "z"] { try world.tag("a", name) }
    let plan = try world.plan(World.atOnce)
    #expect(plan.subjects(of: .archive) == [.generations(1...10)])
    staging.finish()
    #expect(try world.plan(World.atOnce).subjects(of: .archive) == [.generations(1...12)])
  }

  @Test("stay when it is not known what somebody is about to publish")
  func unknownBase() throws {
    let world = try world(generations: 10)
    let staging = try world.store(pid: 9).stage(purpose: "slow")
    world.directory.tamper(StorePath(.staging, staging.owner.name)) { $0 = [] }
    #expect(try world.plan(World.atOnce).subjects(of: .archive).isEmpty)
  }

  @Test("that are damaged go with the others, and the log goes on without them")
  func damaged() throws {
    let world = try world(generations: 10)
    world.directory.tamper(StorePath(.generations, "4")) { $0[10] ^= 1 }
    var log = try OperationLog(world.store)
    while try log.next() != nil {}
    #expect(log.damaged == [StorePath(.generations, "4")])
    try world.collect(World.atOnce)
    #expect(try world.store.history().map(\.generation) == [1, 2, 3, 5, 6, 7, 8, 9, 10])
  }

  @Test("are told by a log that is being read while they go")
  func logging() throws {
    let world = try world(generations: 10)
    var log = try OperationLog(world.store)
    var told = [try log.next()?.generation]
    try world.collect(World.atOnce)
    while let entry = try log.next() { told.append(entry.generation) }
    #expect(told == (1...10).reversed())
  }

  @Test("of a history file that is damaged are lost, and no others")
  func damagedHistory() throws {
    let world = try world(generations: 10)
    try world.collect(policy(keep: 5, days: 0))
    world.directory.tamper(StorePath(.history, "1-5")) { $0[20] ^= 1 }
    try world.collect(World.atOnce)
    #expect(world.files(.history).map(\.name) == ["1-5", "1-9"])
    #expect(try world.store.history().map(\.generation) == Array(6...10))
  }

  @Test("go in batches when there are many")
  func many() throws {
    let world = try world(generations: 3)
    for number in 0..<300 { try world.tag(number % 2 == 0 ? "a" : "b", "moving") }
    let newest = try world.store.newest().generation
    #expect(newest > 300)
    #expect(try world.collect(World.atOnce)[.archive] == Int(newest) - 1)
    #expect(world.files(.history).map(\.name) == ["1-\(newest - 1)"])
    #expect(try world.store.history().map(\.generation) == Array(1...newest))
  }
}
