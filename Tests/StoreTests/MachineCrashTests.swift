import Digests
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Store

@Suite("Whenever the machine crashes, and whatever survives that")
struct MachineCrashTests {
  private func open(_ directory: any StoreDirectory, dead: Bool = false) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(isDead: { _ in dead }))
  }

  /// Clears what the crash left, after which nothing may be wrong.
  private func recover(_ state: CrashState) throws -> Store {
    let store = try open(state.directory, dead: true)
    try store.clearLeftovers()
    #expect(store.check(.data) == [], "\(state)")
    #expect(state.directory.leftovers == [], "\(state)")
    return store
  }

  @Test(
    "readers see the old catalog or the new, which is not lost again",
    arguments: CrashTests.commands)
  func command(_ command: CrashTests.Command) throws {
    let start = try CrashTests.populated(command.fillers)
    let before = try open(start).newest()
    let states = try CrashSweep.states(from: start, seeds: 0..<8) { try command.run(try open($0)) }
    let returned = try #require(states.last)
    let new = try open(returned.directory).newest()
    #expect(states.count > 60)
    for state in states {
      let store = try recover(state)
      let after = try store.newest()
      #expect(after == new || (after == before && !state.hasReturned), "\(state)")
      guard after == before else { continue }
      try command.run(try open(state.directory))
      let repeated = try store.newest()
      #expect(repeated.images.map(\.names) == new.images.map(\.names), "\(state)")
      #expect(store.check(.data) == [], "repeated: \(state)")
    }
  }

  @Test("a store is made whole or can be made again")
  func creation() throws {
    func create(_ directory: any StoreDirectory) throws -> Store {
      try Store.create(
        at: directory, parameters: testParameters,
        surroundings: testSurroundings(isDead: { _ in true }))
    }
    let states = try CrashSweep.states(from: MemoryDirectory(), seeds: 0..<8) {
      _ = try Store.create(
        at: $0, parameters: testParameters, surroundings: testSurroundings())
    }
    #expect(states.count > 60)
    for state in states {
      if state.directory.bytes(.description) == nil {
        #expect(!state.hasReturned, "\(state)")
        _ = try create(state.directory)
      }
      let store = try recover(state)
      #expect(try store.newest().generation == 1, "\(state)")
      try Sample("a").publish(to: store)
      #expect(store.check(.data) == [], "\(state)")
    }
  }

  /// What a machine is found with that crashes when a command has returned.
  private final class Aftermath: Sendable {
    let states = Mutex<[(promise: String, directory: MemoryDirectory)]>([])

    func crash(_ machine: CrashingDirectory, after promise: String) {
      let survivals: [Survival] = [.nothing, .names, .data, .random(seed: 1)]
      let left = survivals.map { (promise, machine.crash($0)) }
      states.withLock { $0 += left }
    }
  }

  private struct Machine: Sendable {
    var directory: CrashingDirectory
    var aftermath = Aftermath()
  }

  private func returning(
    _ name: String, _ run: @escaping @Sendable (Store) throws -> Void
  ) -> Interleaving<Machine>.Actor {
    .init(name) { world, turn in
      try run(turn.store(world.directory))
      world.aftermath.crash(world.directory, after: name)
    }
  }

  /// Lets commands take turns, and the machine crash as each returns: its name must be there then.
  private func explore(_ actors: [Interleaving<Machine>.Actor]) throws {
    let (store, start) = try memoryStore()
    try InterleavingTests.tiny("a").publish(to: store)
    let interleaving = Interleaving(
      actors, prepare: { Machine(directory: CrashingDirectory(start)) },
      verify: { world, outcome in
        try outcome.requireNoErrors()
        for state in world.aftermath.states.withLock({ $0 }) {
          let store = try Store.open(
            state.directory, surroundings: testSurroundings(isDead: { _ in true }))
          try store.clearLeftovers()
          let problems = store.check(.data)
          try require(problems == [], "after \(state.promise): \(problems)")
          let names = try store.newest().images.flatMap(\.names)
          try require(names.contains(state.promise), "\(state.promise) is lost: \(names)")
        }
      })
    let result = try interleaving.explore(preemptions: 1)
    #expect(result.isExhaustive && result.runs > 20)
  }

  /// Lets a command fail at fsync of the directory that it linked a file in, and again succeed.
  private func relink(
    _ area: StoreArea, _ write: (StagingArea) throws -> StorePath
  ) throws -> (machine: CrashingDirectory, path: StorePath) {
    let machine = CrashingDirectory(try memoryStore().directory)
    let isFirst = Mutex(true)
    let failing = FaultyDirectory(
      machine,
      Fault(
        .matching { operation in
          guard operation.call == .synchronizeArea, operation.area == area else { return false }
          return isFirst.withLock { value in
            defer { value = false }
            return value
          }
        }, .error(.ioError)))
    let staging = try open(failing).stage(purpose: "test")
    #expect(throws: StoreError.self) { try write(staging) }
    #expect(machine.crash(.nothing).paths.filter { $0.area == area } == [])
    let path = try write(staging)
    staging.finish()
    return (machine, path)
  }

  @Test("a file that was linked before, but not durably, is made durable before it is counted on")
  func linkedBefore() throws {
    let sample = InterleavingTests.tiny("b", block: 2)
    let linked = Mutex<Sample.Linked?>(nil)
    let pack = try relink(.packs) { staging in
      let made = try sample.link(staging.store, staging)
      linked.withLock { $0 = made }
      return StorePath(.packs, try #require(made.sealed).record.id.description)
    }
    #expect(pack.machine.crash(.nothing).bytes(pack.path) != nil)
    let made = try #require(linked.withLock { $0 })
    let object = try relink(.images) { StorePath(.images, try $0.write(made.object).hex) }
    #expect(object.machine.crash(.nothing).bytes(object.path) != nil)
    let run = try relink(.index) { staging in
      let sealed = try #require(made.sealed)
      let record = try staging.writeIndexRun(of: [sealed])
      return StorePath(.index, try #require(record).id.hex)
    }
    #expect(run.machine.crash(.nothing).bytes(run.path) != nil)
  }

  @Test("a generation whose link was reported as taken by itself is made durable")
  func repeatedLink() throws {
    let (store, start) = try memoryStore()
    try Sample("a").publish(to: store)
    let machine = CrashingDirectory(start)
    let tagged = try open(LyingDirectory(machine)).publish("tag") { (catalog) throws(StoreError) in
      try catalog.tagging("a", as: "tag")
    }
    #expect(try open(machine.crash(.nothing)).newest() == tagged)
  }

  @Test("what one of two importers of the same image published is not lost with what it shares")
  func sharedObjects() throws {
    let sample = InterleavingTests.tiny("b", block: 2)
    try explore([
      returning("one") { try sample.publish(to: $0, names: ["one"]) },
      returning("two") { try sample.publish(to: $0, names: ["two"]) },
    ])
  }

  @Test("a tag that was there already is not lost, although another set it a moment before")
  func sharedTag() throws {
    let tag: @Sendable (Store) throws -> Void = { store in
      try store.publish("tag") { (catalog) throws(StoreError) in
        try catalog.tagging("a", as: "tag")
      }
    }
    try explore([returning("tag", tag), returning("tag", tag)])
  }
}
