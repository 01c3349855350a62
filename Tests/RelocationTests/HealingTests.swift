import Accounting
import Compression
import Digests
import Relocation
import Store
import StoreSimulation
import SystemPackage
import Testing

@Suite("Moving blocks out of damaged packs")
struct HealingTests {
  /// A store with two images of which block 2 of the first pack is damaged.
  private func damaged() throws -> (store: Store, directory: MemoryDirectory, pack: PackID) {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3]).publish(to: store)
    try Sample("b", blocks: [1, 4], small: ["alpha", "own"]).publish(to: store)
    let place = try #require(try RelocatedStore.location(of: 2, in: store))
    directory.tamper(RelocatedStore.path(place.pack)) { $0[Int(place.offset) + 20] ^= 1 }
    return (store, directory, place.pack)
  }

  /// Another store that has the images too.
  private func other(_ parameters: StoreParameters = testParameters) throws -> Store {
    let store = try Store.create(
      at: MemoryDirectory(), parameters: parameters, surroundings: testSurroundings())
    try Sample("z", blocks: [3, 2], small: ["z"]).publish(to: store)
    return store
  }

  @Test("takes the damaged block from another store")
  func otherStore() throws {
    let (store, _, pack) = try damaged()
    let report = try Relocator(store).vacate([pack], sources: [StoreBlocks(try other())])
    #expect(report.healed.blocks == 1)
    #expect(report.lost == [])
    #expect(report.condemned == [pack])
    let record = try #require(try store.newest().packs.first { $0.id == pack })
    #expect(record.isDamaged)
    let (sound, _) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3]).publish(to: sound)
    try Sample("b", blocks: [1, 4], small: ["alpha", "own"]).publish(to: sound)
    #expect(
      try ReaderView(reading: store) == (try ReaderView(reading: sound)))
    try store.publish("drop") { (catalog) throws(StoreError) in
      catalog.dropping(objects: Set(catalog.retired.map(\.image.object)), packs: [pack])
    }
    #expect(store.check(.data) == [])
  }

  @Test("encodes content again that another store keeps in another form")
  func otherForm() throws {
    let (store, _, pack) = try damaged()
    let other = try other(StoreParameters(blockSize: 4096, compressor: .gzip, level: 9))
    let report = try Relocator(store).vacate([pack], sources: [StoreBlocks(other)])
    #expect(report.healed.blocks == 1)
    #expect(report.lost == [])
    _ = try ReaderView(reading: store)
  }

  @Test("takes the damaged block from another pack of the store")
  func otherPack() throws {
    let (store, _, pack) = try damaged()
    let staging = try store.stage(purpose: "test")
    let writer = try PackWriter(staging)
    let block = try PreparedBlock(Sample.content(2, count: 4096), store.parameters)
    try writer.append(block.record, stored: block.stored.span.bytes)
    let copy = try #require(try writer.seal())
    let run = try #require(try staging.writeIndexRun(of: [copy]))
    try store.publish("copy", staging: staging) { (catalog) throws(StoreError) in
      catalog.adding(packs: [copy.record]).adding(run: run)
    }
    staging.finish()
    let report = try Relocator(store).vacate([pack])
    #expect(report.healed.blocks == 1)
    #expect(report.affected == [])
    _ = try ReaderView(reading: store)
  }

  @Test("takes everything from elsewhere when the pack is gone", arguments: [true, false])
  func gone(_ isRemoved: Bool) throws {
    let (store, directory) = try memoryStore()
    let (other, _) = try memoryStore()
    for target in [store, other] {
      try Sample("a", blocks: [1, 2, 3]).publish(to: target)
      try Sample("b", blocks: [1, 4], small: ["alpha", "own"]).publish(to: target)
    }
    let pack = try #require(try RelocatedStore.pack(of: 1, in: store))
    let path = RelocatedStore.path(pack)
    if isRemoved { directory.remove(path) } else { directory.tamper(path) { $0.removeLast(200) } }
    let report = try Relocator(store).vacate([pack], sources: [StoreBlocks(other)])
    #expect(report.lost == [])
    #expect(report.healed.blocks == (isRemoved ? 4 : 0))
    #expect(report.moved.blocks == 4)
    #expect(try ReaderView(reading: store) == (try ReaderView(reading: other)))
    #expect(try store.newest().packs.first { $0.id == pack }?.isDamaged == true)
  }

  @Test("reports what nobody has, with the images that need it, and moves the others")
  func lost() throws {
    let (store, directory, pack) = try damaged()
    let before = try store.newest()
    let useless = try memoryStore().store
    let report = try Relocator(store).vacate([pack], sources: [StoreBlocks(useless)])
    let place = try #require(
      try store.imageObject(try before.image("a").object).blocks.first {
        $0.record.content == SHA256Digest.of(Sample.content(2, count: 4096).span.bytes)
      })
    #expect(report.lost == [.init(pack: pack, ordinal: place.ordinal)])
    #expect(report.affected.map(\.names) == [["a"]])
    #expect(report.objects == 1)
    #expect(report.condemned == [])
    let after = try store.newest()
    #expect(try after.image("a") == (try before.image("a")))
    #expect(try after.image("b").object != (try before.image("b").object))
    let record = try #require(after.packs.first { $0.id == pack })
    #expect(record.isDamaged)
    #expect(record.state == .live)
    #expect(directory.leftovers == [])
    let again = try Relocator(store).vacate([pack], sources: [StoreBlocks(try other())])
    #expect(again.condemned == [pack])
    #expect(again.affected == [])
    _ = try ReaderView(reading: store)
  }

  @Test("publishes no pack that no image counts on")
  func uselessPack() throws {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3]).publish(to: store)
    let place = try #require(try RelocatedStore.location(of: 2, in: store))
    directory.tamper(RelocatedStore.path(place.pack)) { $0[Int(place.offset) + 20] ^= 1 }
    let packs = directory.paths.filter { $0.area == .packs }
    let report = try Relocator(store).vacate([place.pack])
    #expect(report.newPacks == [])
    #expect(report.affected.count == 1)
    #expect(directory.paths.filter { $0.area == .packs } == packs)
    #expect(try store.newest().packs.map(\.id) == [place.pack])
  }

  @Test("does not call a pack damaged that could not be read for another reason")
  func unreadable() throws {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3]).publish(to: store)
    let before = try store.newest()
    let failing = FaultyDirectory(
      directory, Fault(.matching { $0.call == .readOpen && $0.area == .packs }, .error(.ioError)))
    let broken = try Store.open(failing, surroundings: testSurroundings())
    let report = try Relocator(broken).vacate([before.packs[0].id])
    #expect(report.lost.count == 4)
    #expect(try store.newest() == before)
  }

  @Test("believes no source that gives wrong bytes")
  func wrongSource() throws {
    struct Liar: BlockSource {
      var answer: @Sendable (BlockRecord) -> FoundBlock?
      func find(_ block: BlockRecord) -> FoundBlock? { answer(block) }
    }
    let (store, _, pack) = try damaged()
    let lies: [@Sendable (BlockRecord) -> FoundBlock?] = [
      { .stored([UInt8](repeating: 0, count: Int($0.storedSize.byteCount))) },
      { .content([UInt8](repeating: 0, count: Int($0.size))) },
      { _ in .stored([]) }, { _ in .content([]) }, { _ in nil },
      { _ in .content([UInt8](repeating: 1, count: 3 << 20)) },
    ]
    let liars = lies.map { Liar(answer: $0) }
    #expect(try Relocator(store).vacate([pack], sources: liars).lost.count == 1)
    let good: [any BlockSource] = liars + [StoreBlocks(try other())]
    #expect(try Relocator(store).vacate([pack], sources: good).lost == [])
  }
}
