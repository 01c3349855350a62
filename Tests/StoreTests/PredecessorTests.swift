import StoreSimulation
import Testing

@testable import Store

/// What loses images, or breaks every later command, with the tools that Firn is to replace.
@Suite("The predecessors' failures")
struct PredecessorTests {
  private func open(_ directory: any StoreDirectory, dead: Bool = false) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(isDead: { _ in dead }))
  }

  private func expectUsable(_ directory: MemoryDirectory, names: Set<String>) throws {
    let store = try open(directory)
    #expect(Set(try store.newest().images.flatMap(\.names)) == names)
    #expect(store.check(.data) == [])
    try Sample("later", blocks: [99], small: ["later"]).publish(to: store)
    try store.publish("remove") { (catalog) throws(StoreError) in
      try catalog.removing(image: "later")
    }
  }

  @Test("two imports at once: both images are there, and later commands work")
  func twoImportsAtOnce() throws {
    let (_, start) = try memoryStore()
    let interleaving = Interleaving<SharedStore>(
      [.importer(Sample("one", blocks: [1, 2])), .importer(Sample("two", blocks: [2, 3]))],
      prepare: { SharedStore(directory: start.copy()) },
      verify: { world, outcome in
        try outcome.requireNoErrors()
        try expectUsable(world.directory, names: ["one", "two"])
      })
    try interleaving.explore(random: 200, seed: 2024)
  }

  @Test("an interrupted import beside a good store: the good images stay, the new one is not there")
  func interruptedImport() throws {
    let (store, start) = try memoryStore()
    try Sample("good").publish(to: store)
    let good = try ReaderView(reading: store)
    let new = Sample("good2", blocks: [1, 8], small: ["alpha", "new"])
    let states = try CrashSweep.states(from: start) { try new.publish(to: try open($0)) }
    for state in states where !state.hasReturned {
      let store = try open(state.directory, dead: true)
      if try store.newest().generation > 2 { continue }
      #expect(try ReaderView(reading: store) == good, "\(state)")
      #expect(throws: StoreError.imageNotFound("good2")) { try store.newest().image("good2") }
      try new.publish(to: store)
      #expect(try ReaderView(reading: store).images.count == 2, "\(state)")
    }
  }

  @Test("a tag that moved: the name means the new image, the old one stays by its digest")
  func tagMoved() throws {
    let (store, directory) = try memoryStore()
    let (old, new) = (Sample("old", blocks: [1]), Sample("new", blocks: [2]))
    try old.publish(to: store, names: ["app"])
    let before = try ReaderView(reading: store).images
    try new.publish(to: store, names: ["app"])
    let catalog = try store.newest()
    #expect(try catalog.image("app") == catalog.image(new.configDigest))
    #expect(try catalog.image(old.configDigest).names == [])
    let after = try ReaderView(reading: store).images
    #expect(after.count == 2)
    let id = try catalog.image(old.configDigest).id
    #expect(after[id]?.content == before[id]?.content)
    try expectUsable(directory, names: ["app"])
  }

  @Test("the same name twice: one import is told nothing wrong, and there is one such name")
  func sameNameTwice() throws {
    let (store, directory) = try memoryStore()
    for _ in 0..<3 { try Sample("app").publish(to: store) }
    #expect(try store.newest().images.count == 1)
    try Sample("app", blocks: [5]).publish(to: store)
    try Sample("other", blocks: [6]).publish(to: store, names: ["app", "app"])
    #expect(try store.newest().images.flatMap(\.names) == ["app"])
    try expectUsable(directory, names: ["app"])
  }
}
