import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import Accounting

@Suite("What a store takes")
struct StoreUsageTests {
  private func populated() throws -> (store: Store, directory: MemoryDirectory) {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3]).publish(to: store)
    try Sample("b", blocks: [2, 3, 4], small: ["own"]).publish(to: store)
    try Sample("c", blocks: [7], small: ["third"]).publish(to: store)
    try Sample("d", blocks: [8], small: ["fourth"]).publish(to: store)
    try store.publish("remove") { (catalog) throws(StoreError) in
      let without = try catalog.removing(image: "d")
      let dead = Set(without.retired.map(\.image.object))
      return try without.condemning(objects: dead, packs: []).removing(image: "c")
    }
    return (store, directory)
  }

  @Test("adds up: every stored block is an image's, a removed image's or nobody's")
  func sums() throws {
    let (store, _) = try populated()
    let usage = try StoreUsage(of: store, countingFiles: true)
    let packs = try store.newest().packs
    let all = try packs.reduce(0) { $0 + (try store.pack($1.id).dataByteCount()) }
    #expect(usage.inUse.bytes + usage.removed.bytes + usage.deadBytes == all)
    #expect(usage.inUse.blocks == 6)
    #expect(usage.removed.blocks == 2)
    #expect(usage.deadBytes > 0)
    #expect(usage.images.map(\.image.names) == [["a"], ["b"]])
    #expect(usage.unreadable == [])
    let found = usage.images.compactMap(\.usage)
    #expect(found.count == 2)
    #expect(found.reduce(Amount()) { $0 + $1.unique }.blocks == 4)
    #expect(usage.sizes?.total.files ?? 0 > 10)
  }

  @Test("says something of the images asked for only, and of files only when asked")
  func chosen() throws {
    let (store, directory) = try populated()
    let all = try StoreUsage(of: store, countingFiles: false)
    directory.forgetOperations()
    let one = try StoreUsage(of: store, images: { $0.names == ["b"] }, countingFiles: false)
    #expect(one.images.count == 1)
    #expect(one.images[0].usage == all.images[1].usage)
    #expect(one.inUse == all.inUse)
    #expect(one.sizes == nil)
    #expect(!directory.operations.contains { $0.hasPrefix("open layers") })
  }

  @Test("tells images that cannot be read, and packs that are gone")
  func damaged() throws {
    let (store, directory) = try populated()
    let catalog = try store.newest()
    let image = try catalog.image("a")
    directory.tamper(image.path) { $0[20] ^= 1 }
    let usage = try StoreUsage(of: store, countingFiles: true)
    #expect(usage.unreadable == [image])
    #expect(usage.images[0].usage == nil)
    #expect(usage.images[1].usage != nil)
    for pack in catalog.packs { directory.remove(StorePath(.packs, pack.id.description)) }
    #expect(try StoreUsage(of: store, countingFiles: false).deadBytes == 0)
  }

  @Test("is not guessed when the file system refuses")
  func refused() throws {
    let (store, directory) = try populated()
    _ = store
    let failing = FaultyDirectory(
      directory, Fault(.matching { $0.area == .packs }, .error(.permissionDenied)))
    let broken = try Store.open(failing, surroundings: testSurroundings())
    #expect(throws: StoreError.self) { try StoreUsage(of: broken, countingFiles: false) }
  }
}
