import StoreSimulation
import Synchronization
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
      let left = machine.survivals(seeds: 0..<2).map { (promise, machine.crash($0)) }
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
