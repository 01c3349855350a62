import Collection
import Store
import StoreSimulation
import Testing

@Suite("Whoever uses a store at once")
struct InterleavingTests {
  typealias Actor = Interleaving<MemoryDirectory>.Actor

  /// Imports again when packs were collected, as the importer does.
  static func importer(_ sample: Sample) -> Actor {
    Actor("importer of \(sample.name)") { directory, turn in
      let store = try turn.store(directory)
      for _ in 0..<5 {
        do {
          try sample.publish(to: store)
          return
        } catch StoreError.packsGone {
          continue
        }
      }
      throw Violation("packs were collected five times")
    }
  }

  static func remover(_ name: String) -> Actor {
    Actor("remover of \(name)") { directory, turn in
      try turn.store(directory).publish("remove") { (catalog) throws(StoreError) in
        try catalog.removing(image: name)
      }
    }
  }

  /// Collects with no waits at all, so often that something can go from its name to its file.
  static func collector(_ runs: Int = 3) -> Actor {
    Actor("collector") { directory, turn in
      let collector = Collector(try turn.store(directory), policy: World.atOnce)
      for _ in 0..<runs { try collector.execute(try collector.plan()) }
    }
  }

  /// Takes a lease, then reads everything that the generation lists which is the newest then.
  static let reader = Actor("reader") { directory, turn in
    let store = try turn.store(directory)
    let lease = try store.takeLease(
      of: try store.newest().generation, for: World.day, purpose: "test")
    let catalog = try store.newest()
    turn.pause()
    _ = try ReaderView(reading: catalog, of: store)
    try store.release(lease)
  }

  /// One image that is removed, one that is there.
  static func start() throws -> MemoryDirectory {
    let world = try World(clock: VirtualClock())
    try Sample("gone", blocks: [1, 2]).publish(to: world.store)
    try Sample("b", blocks: [3]).publish(to: world.store)
    try world.remove("gone")
    return world.directory
  }

  private func interleaving(
    _ actors: [Actor], images: Set<String>
  ) throws -> Interleaving<MemoryDirectory> {
    let start = try Self.start()
    return Interleaving(actors, prepare: { start.copy() }) { directory, outcome in
      try outcome.requireNoErrors()
      let world = try World(directory)
      try require(world.store.check(.data) == [], "\(world.store.check(.data))")
      let before = try ReaderView(reading: world.store)
      try require(
        Set(before.images.values.flatMap(\.names)) == images, "the images are \(before.images)")
      for _ in 0..<4 { try world.collect(World.atOnce) }
      try require(try ReaderView(reading: world.store) == before, "something needed went")
      let faults = try world.faults()
      try require(faults == [], "\(faults)")
      try require(world.files(.images).count == images.count, "objects are left")
    }
  }

  @Test("an import that counts on condemned packs lands, whatever the collector does meanwhile")
  func importing() throws {
    let world = try interleaving(
      [Self.importer(Sample("new", blocks: [1, 4])), Self.collector()], images: ["b", "new"])
    let result = try world.explore(preemptions: 2, limit: 3000)
    print(result)
    print(try world.explore(random: 300, seed: 1))
  }

  @Test("a reader with a lease reads everything, though it is removed and collected at once")
  func reading() throws {
    let world = try interleaving(
      [Self.reader, Self.remover("b"), Self.collector()], images: [])
    print(try world.explore(preemptions: 2, limit: 3000))
    print(try world.explore(random: 300, seed: 2))
  }
}
