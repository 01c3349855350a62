import StoreSimulation
import SystemPackage
import Testing

@testable import Consistency
@testable import Store

@Suite("A repair")
struct RepairTests {
  /// Something that is wrong and can be repaired without help.
  enum Damage: String, CaseIterable {
    case missingRun, damagedRun, forgottenBlocks, damagedRecipe, stray, missingArea
    case damagedUnusedBlock, blockStoredTwice, missingUnusedPack, newestGeneration, wrongMark
  }

  private func apply(_ damage: Damage, _ store: Store, _ directory: MemoryDirectory) throws {
    let catalog = try store.newest()
    switch damage {
    case .missingRun: directory.remove(catalog.indexRuns[0].path)
    case .damagedRun: directory.tamper(catalog.indexRuns[1].path) { $0[40] ^= 1 }
    case .forgottenBlocks:
      try store.publish("forget") { (catalog) throws(StoreError) in
        catalog.replacing(runs: Array(catalog.indexRuns.prefix(2)), with: nil)
      }
    case .damagedRecipe:
      let recipe = try #require(directory.paths.first { $0.area == .layers })
      directory.tamper(recipe) { $0[60] ^= 1 }
    case .stray: directory.put(StorePath(.packs, ".00000000000000ff.1"), [1])
    case .missingArea: directory.remove(.traces)
    case .damagedUnusedBlock:
      let content = Sample.content(99, count: 4096)
      let pack = try addPack(of: [.init(content, testParameters)], to: store)
      directory.tamper(pack.path) { $0[20] ^= 1 }
    case .blockStoredTwice:
      let block = try PreparedBlock(Sample.content(1, count: 4096), testParameters)
      _ = try addPack(of: [block], to: store)
      let object = try store.imageObject(catalog.image("a").object)
      let first = try #require(object.blocks.first { $0.record == block.record })
      let pack = StorePath(.packs, object.packs[Int(first.pack)].description)
      directory.tamper(pack) { $0[Int(first.offset)] ^= 1 }
    case .missingUnusedPack:
      let content = Sample.content(99, count: 4096)
      let pack = try addPack(of: [.init(content, testParameters)], to: store)
      directory.remove(pack.path)
    case .newestGeneration:
      try store.publish("last") { (catalog) throws(StoreError) in
        try catalog.tagging("a", as: "z")
      }
      directory.tamper(.generation(catalog.generation + 1)) { $0[9] ^= 1 }
    case .wrongMark:
      try store.publish("mark") { (catalog) throws(StoreError) in
        catalog.marking(packs: Set(catalog.packs.map(\.id)), damaged: true)
      }
    }
  }

  /// Publishes a pack that no image counts on, found by the index before all others.
  private func addPack(of blocks: [PreparedBlock], to store: Store) throws -> PackRecord {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    for block in blocks { try writer.append(block.record, stored: block.stored.span.bytes) }
    let sealed = try #require(try writer.seal())
    let run = try #require(try staging.writeIndexRun(of: [sealed]))
    let catalog = try store.publish("add", staging: staging) { (catalog) throws(StoreError) in
      catalog.adding(packs: [sealed.record]).adding(run: run)
    }
    return try #require(catalog.packs.first { $0.id == sealed.record.id })
  }

  @Test("leaves everything whole that it needs no help for", arguments: Damage.allCases)
  func alone(_ damage: Damage) async throws {
    let (store, directory) = try sampleStore()
    let whole = try ReaderView(reading: store)
    try apply(damage, store, directory)
    let found = check(store)
    let isNote = [.forgottenBlocks, .missingUnusedPack, .damagedUnusedBlock].contains(damage)
    #expect(found.problems.isEmpty == isNote, "\(found.problems)")
    #expect(!(found.problems + found.notes).isEmpty)
    let report = await repair(store)
    #expect(report.problems == [])
    #expect(report.verdict == (isNote ? .clean : .repaired), "\(report)")
    #expect(check(store).problems == [])
    #expect(try ReaderView(reading: store) == whole)
    #expect(await repair(store).verdict == .clean, "there is nothing left to do")
  }

  @Test("publishes nothing where nothing is wrong")
  func nothing() async throws {
    let (store, directory) = try sampleStore()
    let before = directory.contents
    #expect(await repair(store).verdict == .clean)
    #expect(directory.contents == before)
  }

  @Test("heals damaged, missing and cut-off packs from another store", arguments: 0..<4)
  func packs(_ kind: Int) async throws {
    let (store, directory) = try sampleStore()
    let (other, _) = try sampleStore()
    let whole = try ReaderView(reading: store)
    for pack in try store.newest().packs {
      switch kind {
      case 0: directory.tamper(pack.path) { $0[20] ^= 1 }
      case 1: directory.remove(pack.path)
      case 2: directory.tamper(pack.path) { $0.removeLast(70) }
      default: directory.tamper(pack.path) { $0[$0.count - 70] ^= 1 }
      }
    }
    let alone = await repair(store)
    // With a damaged trailer or end every block is still where the objects say.
    #expect(alone.problems.isEmpty == (kind >= 2), "\(alone.problems)")
    if kind < 2 {
      #expect(alone.images.count == 3, "what cannot be repaired is named with its images")
      #expect(try store.newest().packs.allSatisfy(\.isDamaged))
    }
    let report = await repair(store, from: [other])
    #expect(report.problems == [])
    #expect(check(store).verdict == .clean)
    #expect(try ReaderView(reading: store) == whole)
    let restored = try store.publish("undelete") { (catalog) throws(StoreError) in
      try catalog.restoring("c").catalog
    }
    #expect(restored.images.count == 3)
    _ = try ReaderView(reading: store)
  }

  @Test("without another store saves what can be saved, and names the rest")
  func partly() async throws {
    let (store, directory) = try sampleStore()
    let object = try store.imageObject(store.newest().image("a").object)
    let own = try #require(object.blocks.first)
    directory.tamper(StorePath(.packs, object.packs[0].description)) { $0[Int(own.offset)] ^= 1 }
    let report = await repair(store)
    #expect(report.verdict == .damaged)
    #expect(report.images.map(\.names) == [["a"]])
    #expect(report.problems.allSatisfy { $0.path.area == .packs })
    // The other image does not need that block, and lies in a sound pack now.
    let catalog = try store.newest()
    let packs = try store.imageObject(catalog.image("b").object).packs
    let marked = Set(catalog.packs.filter(\.isDamaged).map(\.id))
    #expect(marked.count == 1)
    #expect(marked.isDisjoint(with: packs))
  }

  @Test("marks damaged packs, so that importing an image with their blocks again heals all of them")
  func reimport() async throws {
    let (store, directory) = try sampleStore()
    let whole = try ReaderView(reading: store)
    for pack in try store.newest().packs { directory.tamper(pack.path) { $0[20] ^= 1 } }
    var aids = Repair.Aids()
    aids.reimport = {
      try Sample("a").publish(to: store)
      try Sample("b", blocks: [3, 9], small: ["beta", "gamma"]).publish(to: store)
      try Sample("c", blocks: [20], small: ["delta"]).publish(to: store, names: [])
    }
    let report = await repair(store, aids)
    #expect(report.problems == [])
    #expect(check(store).verdict == .clean)
    let after = try ReaderView(reading: store)
    for (id, image) in whole.images { #expect(after.images[id] == image) }
  }

  @Test("says so when a step fails, and goes on")
  func failingStep() async throws {
    let (store, directory) = try sampleStore()
    directory.remove(try store.newest().indexRuns[0].path)
    let recipe = try #require(directory.paths.first { $0.area == .layers })
    directory.tamper(recipe) { $0[60] ^= 1 }
    let faulty = FaultyDirectory(
      directory,
      Fault(.matching { $0.call == .unlink && $0.area == .layers }, .error(.notPermitted)))
    let report = await repair(try Store.open(faulty, surroundings: testSurroundings()))
    #expect(report.problems.map(\.path) == [recipe])
    #expect(report.repaired.contains { $0.path.area == .index })
  }

  @Test("of a store without any generation changes nothing and says what is missing")
  func noCatalog() async throws {
    let (store, directory) = try sampleStore()
    for path in directory.paths where path.area == .generations { directory.remove(path) }
    let before = directory.contents
    let report = await repair(store)
    #expect(report.verdict == .damaged)
    #expect(report.problems.map(\.path) == [.generation(1)])
    #expect(directory.contents == before)
  }
}
