import StoreSimulation
import SystemPackage
import Testing

@testable import Consistency
@testable import Store

/// A repair that is interrupted, hindered or not alone makes nothing worse.
@Suite("A repair in bad circumstances")
struct RepairSafetyTests {
  /// A store with something of everything wrong, and what an intact one looks like.
  private func damaged() throws -> (directory: MemoryDirectory, whole: ReaderView, other: Store) {
    let (store, directory) = try sampleStore()
    let (other, _) = try sampleStore()
    let whole = try ReaderView(reading: store)
    let catalog = try store.newest()
    directory.tamper(catalog.packs[0].path) { $0[20] ^= 1 }
    directory.remove(catalog.packs[1].path)
    directory.remove(try catalog.image("b").path)
    directory.tamper(catalog.indexRuns[0].path) { $0[40] ^= 1 }
    let recipe = try #require(directory.paths.first { $0.area == .layers })
    directory.tamper(recipe) { $0[60] ^= 1 }
    directory.put(StorePath(.packs, ".00000000000000ff.1"), [1])
    return (directory, whole, other)
  }

  private func open(_ directory: any StoreDirectory, pid: Int32 = 1) throws -> Store {
    try Store.open(
      directory, surroundings: testSurroundings(pid: pid, isDead: { $0 != pid }))
  }

  /// The ids of the images that can be read whole, retired ones included.
  private func readable(_ store: Store) throws -> Set<String> {
    var ids: Set<String> = []
    let catalog = try store.newest()
    for image in catalog.images + catalog.retired.map(\.image) {
      guard let object = try? store.imageObject(image.object) else { continue }
      let isWhole = object.blocks.allSatisfy { block in
        let pack = try? store.pack(object.packs[Int(block.pack)])
        return (try? pack?.storedBytes(of: block.record, at: block.offset)) != nil
      }
      if isWhole { ids.insert(image.id) }
    }
    return ids
  }

  @Test("that is killed at any operation leaves a store no worse, and succeeds when run again")
  func killed() async throws {
    let (start, whole, other) = try damaged()
    let before = try readable(open(start))
    let counting = FaultyDirectory(start.copy(), at: .max, .dead)
    #expect(await repair(try open(counting), from: [other]).problems == [])
    #expect(counting.operations > 100)
    for operation in stride(from: 2, through: counting.operations, by: 1) {
      let directory = start.copy()
      _ = await repair(
        try open(FaultyDirectory(directory, at: operation, .dead)), from: [other])
      let store = try open(directory, pid: 2)
      #expect(try readable(store).isSuperset(of: before), "killed at \(operation)")
      #expect(
        try Set(store.newest().images.map(\.id)) == Set(whole.images.keys), "killed at \(operation)"
      )
      let again = await repair(store, from: [other])
      #expect(again.problems == [], "killed at \(operation)")
      #expect(try ReaderView(reading: store) == whole, "killed at \(operation)")
    }
  }

  @Test(
    "that one operation fails goes on or says what is left", arguments: [Errno.ioError, .noSpace]
  )
  func failing(_ errno: Errno) async throws {
    let (start, whole, other) = try damaged()
    let before = try readable(open(start))
    let counting = FaultyDirectory(start.copy(), at: .max, .dead)
    _ = await repair(try open(counting), from: [other])
    for operation in stride(from: 2, through: counting.operations, by: 3) {
      let directory = start.copy()
      let report = await repair(
        try open(FaultyDirectory(directory, at: operation, .once(errno))), from: [other])
      let store = try open(directory, pid: 2)
      #expect(try readable(store).isSuperset(of: before), "failed at \(operation)")
      if report.verdict == .clean {
        #expect(check(store).problems == [], "failed at \(operation)")
      }
      let again = await repair(store, from: [other])
      #expect(again.problems == [], "failed at \(operation)")
      #expect(try ReaderView(reading: store) == whole, "failed at \(operation)")
    }
  }

  @Test("beside an import, a removal and a tag loses nothing of what they do")
  func concurrent() throws {
    let (start, _, other) = try damaged()
    let interleaving = Interleaving(
      [
        .init("repair") { directory, turn in
          var aids = Repair.Aids()
          aids.sources = [other]
          let check = ConsistencyCheck(try turn.store(directory), logger: quiet)
          let repair = Repair(check, aids)
          let before = check.findings()
          _ = repair.end(before, repair.begin(before))
        },
        .init("others") { directory, turn in
          let store = try turn.store(directory)
          try Sample("new", blocks: [3, 60], small: ["beta", "new"]).publish(to: store)
          try store.publish("tag") { (catalog) throws(StoreError) in
            try catalog.tagging("a", as: "tagged")
          }
          try store.publish("remove") { (catalog) throws(StoreError) in
            try catalog.removing(image: "b")
          }
        },
      ], prepare: { start.copy() },
      verify: { directory, outcome in
        try outcome.requireNoErrors()
        let catalog = try Store.open(directory, surroundings: testSurroundings()).newest()
        try require(
          Set(catalog.images.flatMap(\.names)) == ["a", "tagged", "new"], "\(catalog.images)")
        try require(catalog.retired.contains { $0.image.names == ["b"] }, "b cannot be restored")
        let store = try Store.open(directory, surroundings: testSurroundings())
        let new = try store.imageObject(catalog.image("new").object)
        try require(
          new.packs.allSatisfy { pack in catalog.packs.contains { $0.id == pack } },
          "the import counts on packs that are not listed")
      })
    try interleaving.explore(preemptions: 1, limit: 400)
    try interleaving.explore(random: 60, seed: 5)
  }

  @Test("is stopped with its check")
  func stopped() async throws {
    let (directory, _, other) = try damaged()
    let before = directory.contents
    var options = ConsistencyCheck.Options()
    options.checksData = true
    options.isCancelled = { true }
    var aids = Repair.Aids()
    aids.sources = [other]
    let check = ConsistencyCheck(try open(directory), options, logger: quiet)
    let report = await Repair(check, aids).run()
    #expect(!report.isComplete)
    #expect(directory.contents == before)
  }
}
