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

  static func undeleter(_ name: String) -> Actor {
    Actor("undeleter of \(name)") { directory, turn in
      try turn.store(directory).publish("undelete") { (catalog) throws(StoreError) in
        try catalog.restoring(name).catalog
      }
    }
  }

  /// Collects with no waits at all.
  static func collector(_ runs: Int, afterDays days: Int64 = 0) -> Actor {
    Actor("collector") { directory, turn in
      if days > 0 { turn.clock.advance(by: days * World.day) }
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

  /// One image that is removed, and condemned if that is wanted, and one that is there.
  private static func start(condemned: Bool = false) throws -> MemoryDirectory {
    let world = try World(clock: VirtualClock())
    try Sample("gone", blocks: [1, 2]).publish(to: world.store)
    try Sample("b", blocks: [3]).publish(to: world.store)
    try world.remove("gone")
    if condemned { try world.collect(World.atOnce) }
    return world.directory
  }

  /// Afterwards all images are whole, and three collections remove everything else.
  private static func requireSound(
    _ directory: MemoryDirectory, images: Set<String>
  ) throws {
    let world = try World(directory)
    let problems = world.store.check(.data)
    try require(problems == [], "\(problems)")
    let before = try ReaderView(reading: world.store)
    let names = Set(before.images.values.flatMap(\.names))
    try require(names == images, "the images are \(names)")
    for _ in 0..<3 { try world.collect(World.atOnce) }
    try require(try ReaderView(reading: world.store) == before, "something needed went")
    let faults = try world.faults()
    try require(faults == [], "\(faults)")
    try require(world.files(.images).count == images.count, "objects are left")
    try require(world.files(.layers).count <= images.count, "recipes are left")
  }

  /// Where a writer asks whether it may publish, and does; where a reader or a collector looks who
  /// needs what; where something is removed.
  private static func matters(_ operation: StoreOperation) -> Bool {
    switch (operation.call, operation.area) {
    case (.list, .staging), (.list, .generations), (.list, .packs), (.list, .leases): true
    case (.open, .staging), (.create, .generations), (.link, _), (.create, .leases): true
    case (.unlink, .staging), (.unlink, .packs), (.unlink, .generations), (.unlink, .leases): true
    default: false
    }
  }

  /// Tries every schedule with two preemptions at what matters, or a sample of that many with
  /// preemptions anywhere, and others by chance.
  private func explore(
    _ actors: [Actor], images: Set<String>, condemned: Bool = false, sample: Int? = nil
  ) throws {
    let start = try Self.start(condemned: condemned)
    var world = Interleaving(actors, prepare: { start.copy() }) { directory, outcome in
      try outcome.requireNoErrors()
      try Self.requireSound(directory, images: images)
    }
    if sample == nil { world.preempts = Self.matters }
    let result = try world.explore(preemptions: 2, limit: sample ?? .max)
    #expect(result.isExhaustive == (sample == nil))
    #expect(result.runs > 200)
    try world.explore(random: 100, seed: 1)
  }

  @Test("importing what is condemned or dropped meanwhile, publishes an image that is whole")
  func importing() throws {
    try explore(
      [Self.importer(Sample("new", blocks: [1, 4])), Self.collector(3)], images: ["b", "new"])
    try explore(
      [Self.importer(Sample("new", blocks: [1, 4])), Self.collector(2)], images: ["b", "new"],
      condemned: true)
  }

  @Test("reading with a lease, reads everything, though it is removed and collected at once")
  func reading() throws {
    try explore([Self.reader, Self.remover("b"), Self.collector(3)], images: [], sample: 500)
  }

  @Test("importing, removing, collecting and reading, neither loses nor leaves anything")
  func everybody() throws {
    try explore(
      [
        Self.importer(Sample("new", blocks: [1, 4])), Self.remover("b"), Self.reader,
        Self.collector(3),
      ], images: ["new"], sample: 500)
  }

  @Test("collecting twice, do no harm to each other")
  func twoCollectors() throws {
    try explore(
      [
        Self.collector(2), Self.collector(2), Self.importer(Sample("new", blocks: [1, 4])),
      ], images: ["b", "new"], condemned: true, sample: 500)
  }

  @Test("undeleting while it is collected, has it whole or is told that it is gone")
  func undeleting() throws {
    let start = try Self.start(condemned: true)
    let world = Interleaving(
      [Self.undeleter("gone"), Self.collector(2)], prepare: { start.copy() }
    ) { directory, outcome in
      if let error = outcome.errors[0] as? StoreError {
        try require(error == .imageNotFound("gone"), "\(error)")
        try Self.requireSound(directory, images: ["b"])
      } else {
        try outcome.requireNoErrors()
        try Self.requireSound(directory, images: ["b", "gone"])
      }
    }
    try world.explore(preemptions: 2, limit: 600)
    try world.explore(random: 100, seed: 1)
  }

  @Test("importing on a host whose clock is days behind, cannot publish what was collected")
  func lagging() throws {
    let world = try World(clock: VirtualClock())
    try Sample("b", blocks: [3]).publish(to: world.store)
    let start = world.directory
    let lagging = Actor("importer") { directory, turn in
      var surroundings = turn.surroundings
      surroundings.now = { 1_000_000 }
      let store = try Store.open(turn.directory(directory), surroundings: surroundings)
      try Sample("new", blocks: [7]).publish(to: store)
    }
    var actors = Interleaving(
      [lagging, Self.collector(1, afterDays: 8)], prepare: { start.copy() }
    ) { directory, outcome in
      let images = Set(try Store.open(directory).newest().images.flatMap(\.names))
      try Self.requireSound(directory, images: images)
      guard let error = outcome.errors[0] as? StoreError else {
        try outcome.requireNoErrors()
        return try require(images == ["b", "new"], "the images are \(images)")
      }
      guard case .stagingCleared = error else { throw Violation("\(error)") }
      // Its last words may be that another writer's reading it was cleared after it had published.
      try require(outcome.errors.count == 1, "\(outcome.errors)")
    }
    actors.preempts = { Self.matters($0) && ($0.call != .link || $0.area == .generations) }
    let result = try actors.explore(preemptions: 3)
    #expect(result.isExhaustive)
    #expect(result.runs > 500)
  }
}
