import StoreSimulation
import Synchronization
import Testing

@testable import Store

/// A store, and what its readers saw.
struct SharedStore: Sendable {
  final class Views: Sendable {
    let seen = Mutex<[ReaderView]>([])
  }

  var directory: MemoryDirectory
  /// Counts the runs from 1, where a test wants to do something else in each.
  var run = 0
  var views = Views()

  typealias Actor = Interleaving<SharedStore>.Actor
}

extension SharedStore.Actor {
  static func importer(_ sample: Sample, as name: String? = nil) -> Self {
    .init("importer of \(sample.name)") { world, turn in
      try sample.publish(to: turn.store(world.directory), names: name.map { [$0] })
    }
  }

  static func tagger(_ image: String, as name: String) -> Self {
    .init("tagger of \(image)") { world, turn in
      try turn.store(world.directory).publish("tag") { (catalog) throws(StoreError) in
        try catalog.tagging(image, as: name)
      }
    }
  }

  static func remover(_ image: String) -> Self {
    .init("remover of \(image)") { world, turn in
      try turn.store(world.directory).publish("remove") { (catalog) throws(StoreError) in
        try catalog.removing(image: image)
      }
    }
  }

  /// Reads everything, some times.
  static func reader(times: Int = 2) -> Self {
    .init("reader") { world, turn in
      let store = try turn.store(world.directory)
      for _ in 0..<times {
        let view = try ReaderView(reading: store)
        world.views.seen.withLock { $0.append(view) }
      }
    }
  }
}

@Suite("However users of a store take turns")
struct InterleavingTests {
  /// Images of one block and one small file.
  static func tiny(_ name: String, block: UInt64 = 1, small: String = "alpha") -> Sample {
    Sample(name, blocks: [block], small: [small])
  }

  private func populated(_ samples: [Sample]) throws -> MemoryDirectory {
    let (store, directory) = try memoryStore()
    for sample in samples { try sample.publish(to: store) }
    return directory
  }

  /// Every order with two preemptions where they matter, and random ones with preemptions anywhere.
  private func explore(
    _ start: [Sample], _ actors: [SharedStore.Actor], preemptions: Int = 2, random: Int = 150,
    verify: @escaping @Sendable (Catalog, SharedStore) throws -> Void
  ) throws {
    let start = try populated(start)
    var interleaving = Interleaving(
      actors, prepare: { SharedStore(directory: start.copy()) },
      verify: { world, outcome in
        try outcome.requireNoErrors()
        let store = try Store.open(world.directory, surroundings: testSurroundings())
        let problems = store.check(.data)
        try require(problems == [], "\(problems)")
        try require(world.directory.leftovers == [], "\(world.directory.leftovers)")
        try verify(try store.newest(), world)
      })
    interleaving.preempts = { $0.mayMatterToOthers }
    #expect(try interleaving.explore(preemptions: preemptions, limit: 1500).isExhaustive)
    try interleaving.explore(random: random, seed: 1)
  }

  @Test("importers of two images both land")
  func differentImages() throws {
    try explore(
      [Self.tiny("a")],
      [
        .importer(Self.tiny("b", small: "beta")),
        .importer(Self.tiny("c", block: 2, small: "beta")),
      ]
    ) { catalog, _ in
      let names = catalog.images.flatMap(\.names)
      try require(names.sorted() == ["a", "b", "c"], "\(names)")
    }
  }

  @Test("importers of two images under one name both land, and the name means one of them")
  func sameName() throws {
    let samples = [Self.tiny("b"), Self.tiny("c", block: 2)]
    try explore([Self.tiny("a")], samples.map { .importer($0, as: "latest") }) { catalog, _ in
      try require(catalog.images.count == 3, "\(catalog.images.count) images")
      let winner = try catalog.image("latest")
      for sample in samples {
        let image = try catalog.image(sample.configDigest)
        try require(image.names == (image == winner ? ["latest"] : []), "\(image.names)")
      }
    }
  }

  @Test("importers of one image at once leave one image with both names")
  func sameImage() throws {
    try explore(
      [], [.importer(Self.tiny("b"), as: "one"), .importer(Self.tiny("b"), as: "two")]
    ) { catalog, _ in
      try require(catalog.images.map(\.names) == [["one", "two"]], "\(catalog.images)")
    }
  }

  @Test("an importer keeps the blocks it shares with an image that is removed meanwhile")
  func removal() throws {
    try explore([Self.tiny("a")], [.importer(Self.tiny("b")), .remover("a")]) { catalog, world in
      try require(catalog.images.map(\.names) == [["b"]], "\(catalog.images)")
      let store = try Store.open(world.directory, surroundings: testSurroundings())
      _ = try ReaderView(reading: store)
    }
  }

  @Test("a reader sees the store before or after an import and a removal, never between")
  func reading() throws {
    let (a, b, c) = (Self.tiny("a"), Self.tiny("b", block: 2), Self.tiny("c", small: "gamma"))
    func view(_ samples: [Sample]) throws -> ReaderView {
      let directory = try populated(samples)
      return try ReaderView(reading: Store.open(directory, surroundings: testSurroundings()))
    }
    let allowed = try [[a, b], [b], [a, b, c], [b, c]].map { try view($0) }
    let seen = Mutex<Set<ReaderView>>([])
    try explore([a, b], [.importer(c), .remover("a"), .reader()], preemptions: 1) { _, world in
      let views = world.views.seen.withLock { $0 }
      try require(views.count == 2, "a reader saw nothing")
      try require(views.allSatisfy { allowed.contains($0) }, "a reader saw \(views)")
      seen.withLock { $0.formUnion(views) }
    }
    #expect(seen.withLock { $0.count } == 4, "not every state was met")
  }

  @Test("two tags of different names both land")
  func differentTags() throws {
    try explore(
      [Self.tiny("a"), Self.tiny("b", block: 2)], [.tagger("a", as: "x"), .tagger("b", as: "y")]
    ) { catalog, _ in
      try require(catalog.images.map(\.names) == [["a", "x"], ["b", "y"]], "\(catalog.images)")
    }
  }

  @Test("two tags of one name move it to one of the images, and the other keeps its own name")
  func sameTag() throws {
    let winners = Mutex<Set<String>>([])
    try explore(
      [Self.tiny("a"), Self.tiny("b", block: 2)],
      [.tagger("a", as: "latest"), .tagger("b", as: "latest")]
    ) { catalog, _ in
      let names = catalog.images.map(\.names)
      try require(
        names == [["a", "latest"], ["b"]] || names == [["a"], ["b", "latest"]], "\(names)")
      _ = try winners.withLock { try $0.insert(catalog.image("latest").id) }
      try require(catalog.generation == 5, "a tag was lost without notice")
    }
    #expect(winners.withLock { $0.count } == 2)
  }

  @Test("an importer beside one that is killed anywhere loses nothing")
  func killedBeside() throws {
    let start = try populated([Self.tiny("a")])
    let runs = Mutex(0)
    let killed = SharedStore.Actor("killed") { world, turn in
      let dying = FaultyDirectory(turn.directory(world.directory), at: world.run % 60 + 1, .dead)
      let store = try Store.open(dying, surroundings: turn.surroundings)
      try Self.tiny("k", block: 9).publish(to: store)
    }
    let interleaving = Interleaving(
      [killed, .importer(Self.tiny("b", small: "beta"))],
      prepare: {
        SharedStore(
          directory: start.copy(),
          run: runs.withLock {
            $0 += 1; return $0
          })
      },
      verify: { world, outcome in
        try require(outcome.errors[1] == nil, "\(outcome.errors)")
        let store = try Store.open(
          world.directory, surroundings: testSurroundings(isDead: { _ in true }))
        try store.clearLeftovers()
        try require(world.directory.leftovers == [], "\(world.directory.leftovers)")
        try require(store.check(.data) == [], "\(store.check(.data))")
        let names = try store.newest().images.flatMap(\.names).sorted()
        try require(names == ["a", "b"] || names == ["a", "b", "k"], "\(names)")
      })
    try interleaving.explore(random: 300, seed: 7)
  }
}
