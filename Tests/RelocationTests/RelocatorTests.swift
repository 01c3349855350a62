import Accounting
import Digests
import Relocation
import Store
import StoreSimulation
import SystemPackage
import Testing

@Suite("Moving blocks out of packs")
struct RelocatorTests {
  private func allPacks(_ store: Store) throws -> Set<PackID> {
    Set(try store.newest().packs.map(\.id))
  }

  @Test("leaves the dead behind, and images as they were")
  func deadShare() throws {
    let (store, _) = try RelocatedStore.withDeadBlocks()
    let before = try store.newest()
    let view = try ReaderView(reading: store)
    let live = try BlockUsage(of: before, from: store).total.live
    let packs = try allPacks(store)
    let report = try Relocator(store).vacate(packs)
    let after = try store.newest()
    #expect(report.moved == live)
    #expect(report.healed == Amount())
    #expect(report.objects == 2)
    #expect(report.condemned == packs)
    #expect(report.lost == [])
    #expect(report.affected == [])
    #expect(report.newPacks.count == 1)
    let size = before.packs.reduce(0) { $0 + $1.size }
    #expect(report.newPacks.reduce(0) { $0 + $1.size } < size)
    #expect(after.generation == before.generation + 1)
    #expect(after.operation.text == "repack")
    #expect(try ReaderView(reading: store) == view)
    #expect(after.images.map(\.number) == before.images.map(\.number))
    #expect(after.images.map(\.rootIdentity) == before.images.map(\.rootIdentity))
    #expect(store.check(.data) == [])
    let new = try #require(after.packs.first { !packs.contains($0.id) })
    #expect(after.images.allSatisfy { $0.packs == [new.number] })
    #expect(try store.pack(new.id).dataByteCount() == live.bytes)
  }

  @Test("leaves old objects readable until they are dropped")
  func oldObjects() throws {
    let (store, directory) = try RelocatedStore.withDeadBlocks()
    let before = try store.newest()
    let view = try ReaderView(reading: before, of: store)
    let packs = try allPacks(store)
    try Relocator(store).vacate(packs)
    #expect(try ReaderView(reading: before, of: store) == view)
    let after = try store.newest()
    #expect(
      Set(before.images.map(\.object))
        .isSubset(of: after.retired.filter { $0.condemned != nil }.map(\.image.object)))
    try store.publish("drop") { (catalog) throws(StoreError) in
      catalog.dropping(objects: Set(catalog.retired.map(\.image.object)), packs: packs)
    }
    for pack in packs { directory.remove(RelocatedStore.path(pack)) }
    #expect(try ReaderView(reading: store) == view)
    #expect(store.check(.data) == [])
  }

  @Test("lets new images count on the new packs, small files included")
  func deduplication() throws {
    let (store, _) = try RelocatedStore.withDeadBlocks()
    let packs = try allPacks(store)
    let report = try Relocator(store).vacate(packs)
    let new = Set(report.newPacks.map(\.id))
    for seed: UInt64 in [2, 4, 5, 6] {
      #expect(try RelocatedStore.pack(of: seed, in: store).map(new.contains) == true)
    }
    #expect(try RelocatedStore.pack(of: 1, in: store).map(packs.contains) == true)
    try store.publish("drop") { (catalog) throws(StoreError) in
      catalog.dropping(objects: Set(catalog.retired.map(\.image.object)), packs: packs)
    }
    let index = try BlockIndex(loading: try store.newest(), of: store)
    for file in ["alpha", "beta", "gamma"] {
      #expect(index.piece(SHA256Digest.of(Array(file.utf8).span.bytes)) != nil, "\(file)")
    }
    let catalog = try Sample("d", blocks: [2, 6], small: ["alpha", "gamma"]).publish(to: store)
    #expect(Set(catalog.packs.map(\.id)) == new)
    #expect(store.check(.data) == [])
  }

  @Test("keeps the order of the blocks, in packs of bounded size")
  func order() throws {
    let (store, _) = try memoryStore()
    try Sample("a", blocks: [10, 11, 12, 13, 14, 15, 16]).publish(to: store)
    try Sample("b", blocks: [17, 18, 19]).publish(to: store)
    let packs = try allPacks(store)
    let report = try Relocator(store, packSize: 8000).vacate(packs)
    #expect(report.newPacks.count > 2)
    #expect(report.newPacks.allSatisfy { $0.size < 8000 + 4096 + 3000 })
    let numbers = Dictionary(
      uniqueKeysWithValues: report.newPacks.enumerated().map { ($0.element.id, $0.offset) })
    let places = try (UInt64(10)...19).map { seed in
      let place = try #require(try RelocatedStore.location(of: seed, in: store))
      return [try #require(numbers[place.pack]), Int(place.ordinal), Int(place.offset)]
    }
    #expect(places == places.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(store.check(.data) == [])
  }

  @Test("goes generation by generation when there is much to do")
  func batches() throws {
    let (store, _) = try RelocatedStore.withDeadBlocks()
    let view = try ReaderView(reading: store)
    let before = try store.newest()
    let report = try Relocator(store, batchSize: 1).vacate(try allPacks(store))
    let after = try store.newest()
    #expect(after.generation == before.generation + UInt64(before.packs.count))
    #expect(report.condemned == Set(before.packs.map(\.id)))
    #expect(report.newPacks.count == before.packs.count)
    #expect(try ReaderView(reading: store) == view)
    #expect(store.check(.data) == [])
  }

  @Test("moves what removed images need, so that they can still be had back")
  func retired() throws {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2]).publish(to: store)
    try Sample("b", blocks: [2, 3], small: ["own"]).publish(to: store)
    let view = try ReaderView(reading: store)
    try store.publish("remove") { (catalog) throws(StoreError) in
      try catalog.removing(image: "b")
    }
    let packs = try allPacks(store)
    let report = try Relocator(store).vacate(packs)
    #expect(report.objects == 2)
    #expect(report.condemned == packs)
    try store.publish("undelete") { (catalog) throws(StoreError) in
      try catalog.restoring("b").catalog
    }
    try store.publish("drop") { (catalog) throws(StoreError) in
      catalog.dropping(objects: Set(catalog.retired.map(\.image.object)), packs: packs)
    }
    for pack in packs { directory.remove(RelocatedStore.path(pack)) }
    #expect(try ReaderView(reading: store) == view)
    #expect(store.check(.data) == [])
  }

  @Test("of packs that nobody needs only condemns them, and of none does nothing")
  func nothing() throws {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    try Sample("b", blocks: [9], small: ["own"]).publish(to: store)
    try store.publish("collect") { (catalog) throws(StoreError) in
      let without = try catalog.removing(image: "b")
      return without.condemning(objects: Set(without.retired.map(\.image.object)), packs: [])
    }
    let dead = try #require(try RelocatedStore.pack(of: 9, in: store))
    let count = directory.paths.count
    let report = try Relocator(store).vacate([dead])
    #expect(report.condemned == [dead])
    #expect(report.newPacks == [])
    #expect(directory.paths.count == count + 1)
    let before = try store.newest()
    #expect(try Relocator(store).vacate([]) == RelocationReport())
    #expect(try Relocator(store).vacate([PackID(testDigest(1))]) == RelocationReport())
    #expect(try store.newest() == before)
    #expect(directory.leftovers == [])
  }

  @Test("leaves an image whose object cannot be read, and its packs", arguments: [true, false])
  func unreadableObject(_ isRemoved: Bool) throws {
    let (store, directory) = try RelocatedStore.withDeadBlocks()
    let image = try store.newest().image("a")
    let path = StorePath(.images, image.object.hex)
    if isRemoved { directory.remove(path) } else { directory.tamper(path) { $0[200] ^= 1 } }
    let packs = try allPacks(store)
    let needed = Set(
      try store.newest().packs.filter { image.packs.contains($0.number) }.map(\.id))
    let report = try Relocator(store).vacate(packs)
    #expect(report.affected == [image])
    #expect(report.condemned == packs.subtracting(needed))
    #expect(try store.newest().image("a") == image)
    #expect(
      try store.newest().packs.filter { needed.contains($0.id) }.allSatisfy { $0.state == .live })
  }

  @Test(
    "stops when writing is refused, with nothing published", arguments: [Errno.noSpace, .ioError])
  func refused(_ errno: Errno) throws {
    let (store, directory) = try RelocatedStore.withDeadBlocks()
    let before = try store.newest()
    let failing = FaultyDirectory(
      directory, Fault(.matching { $0.call == .append && $0.area == .packs }, .error(errno)))
    let broken = try Store.open(failing, surroundings: testSurroundings())
    #expect(throws: StoreError.self) { try Relocator(broken).vacate(try allPacks(store)) }
    #expect(try store.newest() == before)
    #expect(directory.leftovers == [])
  }
}
