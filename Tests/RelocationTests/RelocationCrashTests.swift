import Relocation
import Store
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@Suite("A relocation that is stopped")
struct RelocationCrashTests {
  private func relocate(_ store: Store) throws {
    try Relocator(store).vacate(Set(try store.newest().packs.map(\.id)))
  }

  /// What must hold after a relocation was stopped somewhere: nobody notices, and it can be done
  /// again.
  private func verify(
    _ directory: MemoryDirectory, _ view: ReaderView, before: Catalog, mustBeDone: Bool,
    _ place: String
  ) throws {
    let store = try store(directory)
    let found = try store.newest()
    #expect(found == before || found.generation == before.generation + 1, "\(place)")
    #expect(!mustBeDone || found != before, "\(place)")
    #expect(try ReaderView(reading: store) == view, "\(place)")
    try store.clearLeftovers()
    #expect(directory.leftovers == [], "\(place)")
    #expect(store.check(.data) == [], "\(place)")
    try relocate(store)
    #expect(try ReaderView(reading: store) == view, "\(place)")
    #expect(directory.leftovers == [], "\(place)")
    #expect(store.check(.data) == [], "\(place)")
  }

  private func store(_ directory: any StoreDirectory) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(pid: 2, isDead: { $0 == 1 }))
  }

  @Test("by a crash of the machine at any operation is not noticed by readers")
  func crash() throws {
    let (original, start) = try RelocatedStore.withDeadBlocks()
    let before = try original.newest()
    let view = try ReaderView(reading: original)
    let states = try CrashSweep.states(from: start, seeds: 0..<1) { directory in
      try relocate(try Store.open(directory, surroundings: testSurroundings(seed: 7)))
    }
    #expect(states.count > 60)
    for state in states {
      try verify(
        state.directory, view, before: before, mustBeDone: state.hasReturned, "\(state)")
    }
  }

  @Test("by a kill at any operation is not noticed by readers")
  func kill() throws {
    let (original, start) = try RelocatedStore.withDeadBlocks()
    let before = try original.newest()
    let view = try ReaderView(reading: original)
    let counting = FaultyDirectory(start.copy(), at: 0, .once(.ioError))
    try relocate(try Store.open(counting, surroundings: testSurroundings(seed: 7)))
    #expect(counting.operations > 20)
    for operation in 1...counting.operations {
      let directory = start.copy()
      let dying = FaultyDirectory(directory, at: operation, .dead)
      _ = try? relocate(try Store.open(dying, surroundings: testSurroundings(seed: 7)))
      try verify(
        directory, view, before: before, mustBeDone: false, "killed at \(operation)")
    }
  }
}

@Suite("A relocation beside others")
struct RelocationInterleavingTests {
  private typealias Actor = Interleaving<MemoryDirectory>.Actor

  private static let relocator = Actor("relocator") { directory, turn in
    let store = try turn.store(directory)
    try Relocator(store).vacate(Set(try store.newest().packs.map(\.id)))
  }

  private static let importer = Actor("importer") { directory, turn in
    try Sample("new", blocks: [1, 2, 6], small: ["alpha", "beta", "new"])
      .publish(to: try turn.store(directory))
  }

  private static let remover = Actor("remover") { directory, turn in
    try turn.store(directory).publish("remove") { (catalog) throws(StoreError) in
      try catalog.removing(image: "b")
    }
  }

  private static let tagger = Actor("tagger") { directory, turn in
    try turn.store(directory).publish("tag") { (catalog) throws(StoreError) in
      try catalog.tagging("a", as: "second")
    }
  }

  /// Runs actors over a store whose packs are half dead, and looks whether readers find what each
  /// of them did.
  private func explore(_ actors: [Actor], expecting names: [String], limit: Int) throws {
    let (original, start) = try RelocatedStore.withDeadBlocks()
    let view = try ReaderView(reading: original)
    let contents = Dictionary(
      uniqueKeysWithValues: view.images.values.map { ($0.rootIdentity, $0.content) })
    let interleaving = Interleaving(
      actors, prepare: { start.copy() },
      verify: { directory, outcome in
        try outcome.requireNoErrors()
        let store = try Store.open(directory, surroundings: testSurroundings())
        let found = try ReaderView(reading: store)
        try require(
          found.images.values.flatMap(\.names).sorted() == names, "the names are wrong")
        for image in found.images.values {
          let known = contents[image.rootIdentity] ?? image.content
          try require(image.content == known, "an image has other content")
        }
        try require(store.check(.data).isEmpty, "the check finds something")
        try require(directory.leftovers.isEmpty, "something is left")
        let restored = try? store.newest().restoring("b")
        try require((restored != nil) == !names.contains("b"), "b cannot be had back")
      })
    try interleaving.explore(preemptions: 2, limit: limit)
    try interleaving.explore(random: 20, seed: 3)
  }

  @Test("an import loses nothing, whatever the order")
  func importing() throws {
    try explore([Self.relocator, Self.importer], expecting: ["a", "b", "new"], limit: 100)
  }

  @Test("a removal takes effect, and the image can be had back, whatever the order")
  func removing() throws {
    try explore([Self.relocator, Self.remover], expecting: ["a"], limit: 100)
  }

  @Test("a second relocation and a tag lose nothing, whatever the order")
  func twice() throws {
    try explore(
      [Self.relocator, Self.relocator, Self.tagger], expecting: ["a", "b", "second"], limit: 100)
  }

  @Test("an import that counts on a pack meanwhile keeps it from being condemned")
  func rescue() throws {
    let (original, start) = try RelocatedStore.withDeadBlocks()
    let packs = Set(try original.newest().packs.map(\.id))
    let kept = Mutex(0)
    let interleaving = Interleaving(
      [Self.relocator, Self.importer], prepare: { start.copy() },
      verify: { directory, _ in
        let catalog = try Store.open(directory, surroundings: testSurroundings()).newest()
        let used = Set(try catalog.image("new").packs)
        for pack in catalog.packs where used.contains(pack.number) {
          try require(pack.state == .live, "a pack in use is condemned")
          if packs.contains(pack.id) { kept.withLock { $0 += 1 } }
        }
      })
    try interleaving.explore(preemptions: 1, limit: 100)
    #expect(kept.withLock { $0 } > 0)
  }
}
