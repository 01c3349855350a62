import Digests
import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

@Suite("The index rebuilt from the packs")
struct IndexRebuildTests {
  static let limits = [
    IndexSorter.Limits(), IndexSorter.Limits(rows: 1, runs: 2),
    IndexSorter.Limits(rows: 7, runs: 3),
    IndexSorter.Limits(rows: 100, runs: 64),
  ]

  private func rebuild(
    _ store: Store, _ limits: IndexSorter.Limits = IndexSorter.Limits()
  ) throws -> Catalog {
    let staging = try store.stage(purpose: "rebuild")
    defer { staging.finish() }
    return try store.rebuildIndex(staging, limits: limits)
  }

  private func expectAll(_ seeds: Range<Int>, in store: Store) throws {
    let index = try BlockIndex(loading: try store.newest(), of: store)
    for seed in seeds {
      #expect(index.block(SyntheticPack.digest(seed)) != nil, "block \(seed)")
      let piece = index.piece(SyntheticPack.pieceDigest(seed))
      #expect(piece?.block == SyntheticPack.digest(seed), "piece \(seed)")
    }
  }

  @Test("has every block and piece of every pack once, in one run", arguments: limits.indices)
  func complete(_ number: Int) throws {
    let (store, directory) = try memoryStore()
    for start in [0, 30, 60] { try SyntheticPack.publish(start..<start + 40, to: store) }
    let catalog = try rebuild(store, Self.limits[number])
    #expect(catalog.indexRuns.count == 1)
    #expect(catalog.operation.text == "rebuild index")
    let rows = try store.indexRows()
    #expect(rows.blocks.count == 100)
    #expect(rows.pieces.count == 100)
    try expectAll(0..<100, in: store)
    #expect(store.check(.data) == [])
    #expect(directory.leftovers == [])
    #expect(directory.paths.filter { $0.area == .index }.count == 4)
  }

  @Test("is the same whatever fits into memory")
  func deterministic() throws {
    var found: [[StoredBlock]] = []
    for limits in Self.limits {
      let directory = MemoryDirectory()
      let store = try Store.create(
        at: directory, parameters: testParameters, surroundings: testSurroundings(seed: 5))
      for start in [0, 5, 3] { try SyntheticPack.publish(start..<start + 9, to: store) }
      _ = try rebuild(store, limits)
      found.append(try store.indexRows().blocks)
    }
    #expect(Set(found).count == 1)
  }

  @Test("takes the place of runs that are missing or damaged", arguments: [true, false])
  func damagedRuns(_ isRemoved: Bool) throws {
    let (store, directory) = try memoryStore()
    for start in [0, 10, 20] { try SyntheticPack.publish(start..<start + 10, to: store) }
    for run in try store.newest().indexRuns {
      let path = StorePath(.index, run.id.hex)
      if isRemoved { directory.remove(path) } else { directory.tamper(path) { $0[100] ^= 1 } }
    }
    #expect(!store.check().isEmpty)
    _ = try rebuild(store)
    #expect(store.check(.data) == [])
    try expectAll(0..<30, in: store)
  }

  @Test("passes over packs that are missing or whose trailer is damaged")
  func damagedPacks() throws {
    let (store, directory) = try memoryStore()
    let gone = try SyntheticPack.publish(0..<10, to: store)
    let damaged = try SyntheticPack.publish(10..<20, to: store)
    try SyntheticPack.publish(20..<30, to: store)
    directory.remove(StorePath(.packs, gone.description))
    directory.tamper(StorePath(.packs, damaged.description)) { $0[$0.count - 100] ^= 1 }
    _ = try rebuild(store)
    #expect(try store.indexRows().blocks.count == 10)
    try expectAll(20..<30, in: store)
  }

  @Test("is not published when a pack cannot be read for another reason")
  func unreadable() throws {
    let (store, directory) = try memoryStore()
    try SyntheticPack.publish(0..<10, to: store)
    let before = try store.newest()
    let failing = FaultyDirectory(
      directory,
      Fault(
        .matching { $0.call == .readOpen && $0.area == .packs }, .error(.ioError)))
    let broken = try Store.open(failing, surroundings: testSurroundings())
    #expect(throws: StoreError.self) { try rebuild(broken) }
    #expect(try store.newest() == before)
  }

  @Test("prefers the live pack, then the condemned, then the damaged")
  func standing() throws {
    let (store, _) = try memoryStore()
    let packs = try [0..<10, 5..<15, 5..<20].map { try SyntheticPack.publish($0, to: store) }
    try store.publish("stand") { (catalog) throws(StoreError) in
      catalog.condemning(objects: [], packs: [packs[1]]).marking(packs: [packs[0]], damaged: true)
    }
    for limits in Self.limits {
      _ = try rebuild(store, limits)
      let places = Dictionary(
        uniqueKeysWithValues: try store.indexRows().blocks.map {
          ($0.block.content, $0.location.pack)
        })
      #expect(places[SyntheticPack.digest(2)] == packs[0])
      #expect(places[SyntheticPack.digest(7)] == packs[2])
      #expect(places[SyntheticPack.digest(12)] == packs[2])
      #expect(places[SyntheticPack.digest(17)] == packs[2])
    }
    try store.publish("stand") { (catalog) throws(StoreError) in
      catalog.condemning(objects: [], packs: [packs[2]]).marking(packs: [packs[2]], damaged: true)
    }
    _ = try rebuild(store)
    let seven = try store.indexRows().blocks.first {
      $0.block.content == SyntheticPack.digest(7)
    }
    #expect(seven?.location.pack == packs[1])
  }

  @Test("of a store without packs is no run")
  func empty() throws {
    let (store, directory) = try memoryStore()
    let run = IndexRunRecord(id: testDigest(1), size: 1, blocks: 1, pieces: 0)
    try store.publish("bad") { (catalog) throws(StoreError) in catalog.adding(run: run) }
    #expect(try rebuild(store).indexRuns == [])
    #expect(directory.leftovers == [])
    #expect(store.check() == [])
  }

  @Test("keeps what another writer adds meanwhile, whenever it comes")
  func interleaved() throws {
    let (store, start) = try memoryStore()
    for first in [0, 10] { try SyntheticPack.publish(first..<first + 10, to: store) }
    let interleaving = Interleaving(
      [
        .init("rebuild") { directory, turn in
          let store = try turn.store(directory)
          let staging = try store.stage(purpose: "rebuild")
          defer { staging.finish() }
          _ = try store.rebuildIndex(staging, limits: IndexSorter.Limits(rows: 8, runs: 2))
        },
        .init("import") { directory, turn in
          try SyntheticPack.publish(15..<30, to: try turn.store(directory))
        },
      ], prepare: { start.copy() },
      verify: { directory, outcome in
        try outcome.requireNoErrors()
        let store = try Store.open(directory, surroundings: testSurroundings())
        try require(store.check(.data).isEmpty, "the check finds something")
        let index = try BlockIndex(loading: try store.newest(), of: store)
        for seed in 0..<30 {
          try require(index.block(SyntheticPack.digest(seed)) != nil, "block \(seed) is lost")
        }
        try require(directory.leftovers.isEmpty, "something is left")
      })
    try interleaving.explore(preemptions: 1, limit: 500)
  }

  @Test("reads each pack's trailer once, and its runs by the window")
  func reading() throws {
    let (store, directory) = try memoryStore()
    for start in [0, 3000] { try SyntheticPack.publish(start..<start + 3000, to: store) }
    let metered = MeteredDirectory(directory)
    let measured = try Store.open(metered, surroundings: testSurroundings())
    let staging = try measured.stage(purpose: "rebuild")
    _ = try measured.rebuildIndex(staging, limits: IndexSorter.Limits(rows: 5000, runs: 3))
    staging.finish()
    #expect(metered[.packs].opens == 2)
    #expect(metered[.packs].reads == 6)
    let window = IndexRunCursor<IndexBlockRow>.window * IndexRunPages.pageSize
    #expect(metered[.index].largest <= window)
    try expectAll(0..<6000, in: store)
  }

  @Test("survives a crash of the machine at every operation, and can be done again")
  func crash() throws {
    let (store, start) = try memoryStore()
    for first in [0, 5] { try SyntheticPack.publish(first..<first + 8, to: store) }
    let before = try store.newest()
    let states = try CrashSweep.states(from: start, seeds: 0..<2) { directory in
      let store = try Store.open(directory, surroundings: testSurroundings())
      let staging = try store.stage(purpose: "rebuild")
      defer { staging.finish() }
      _ = try store.rebuildIndex(staging, limits: IndexSorter.Limits(rows: 10, runs: 2))
    }
    #expect(states.count > 100)
    for state in states {
      let store = try Store.open(
        state.directory, surroundings: testSurroundings(pid: 2, isDead: { $0 == 1 }))
      let found = try store.newest()
      #expect(found == before || found.indexRuns.count == 1, "\(state)")
      #expect(!state.hasReturned || found != before, "\(state)")
      try store.clearLeftovers()
      #expect(store.check() == [], "\(state)")
      try expectAll(0..<13, in: store)
      #expect(try rebuild(store).indexRuns.count == 1)
      #expect(state.directory.leftovers == [], "\(state)")
      try expectAll(0..<13, in: store)
    }
  }
}
