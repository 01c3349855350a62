import Digests
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import Accounting

@Suite("What is in use of a store")
struct BlockUsageTests {
  /// For each pack the ordinals that some objects count on, with their stored bytes, found the slow
  /// way.
  private func blocks(
    of objects: [SHA256Digest], in store: Store
  ) throws -> [PackID: [UInt32: UInt32]] {
    var result: [PackID: [UInt32: UInt32]] = [:]
    for name in objects {
      let object = try store.imageObject(name)
      for block in object.blocks {
        let location = object.location(of: block)
        result[location.pack, default: [:]][location.ordinal] = block.record.storedSize.byteCount
      }
    }
    return result
  }

  private func amount(_ blocks: [UInt32: UInt32]?) -> Amount {
    Amount(
      blocks: UInt64(blocks?.count ?? 0),
      bytes: UInt64(blocks?.values.reduce(0, +) ?? 0))
  }

  @Test("is every block of every image once, and of removed images while they are kept")
  func live() throws {
    let (store, _) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3]).publish(to: store)
    try Sample("b", blocks: [2, 3, 4], small: ["alpha", "gamma"]).publish(to: store)
    try Sample("c", blocks: [4, 5]).publish(to: store)
    try Sample("d", blocks: [9]).publish(to: store)
    let catalog = try store.publish("remove") { (catalog) throws(StoreError) in
      try catalog.removing(image: "c").removing(image: "d")
    }
    let usage = try BlockUsage(of: catalog, from: store)
    let images = try blocks(of: catalog.images.map(\.object), in: store)
    let all = try blocks(
      of: catalog.images.map(\.object) + catalog.retired.map(\.image.object), in: store)
    for pack in catalog.packs {
      let found = try #require(usage[pack.id])
      #expect(found.live == amount(all[pack.id]))
      #expect(found.live - found.retiredOnly == amount(images[pack.id]))
      #expect(!found.isUncertain)
      for ordinal in 0..<UInt32(10) {
        #expect(usage.isLive(ordinal, in: pack.id) == (all[pack.id]?[ordinal] != nil))
      }
      #expect(try store.pack(pack.id).dataByteCount() >= found.live.bytes)
    }
    #expect(usage.total.live.blocks == UInt64(all.values.reduce(0) { $0 + $1.count }))
    #expect(usage.total.retiredOnly.blocks > 0)
    #expect(usage.unreadable == [])
    #expect(usage[PackID(testDigest(1))] == nil)
    #expect(!usage.isLive(0, in: PackID(testDigest(1))))
  }

  @Test("is not what condemned images had")
  func condemned() throws {
    let (store, _) = try memoryStore()
    try Sample("a", blocks: [1]).publish(to: store)
    try Sample("b", blocks: [2], small: ["other"]).publish(to: store)
    let catalog = try store.publish("remove") { (catalog) throws(StoreError) in
      let without = try catalog.removing(image: "b")
      return without.condemning(objects: Set(without.retired.map(\.image.object)), packs: [])
    }
    let usage = try BlockUsage(of: catalog, from: store)
    let only = try blocks(of: catalog.images.map(\.object), in: store)
    #expect(usage.total.live == only.values.map { amount($0) }.reduce(Amount(), +))
    #expect(usage.total.retiredOnly == Amount())
  }

  @Test("is uncertain of packs that an unreadable image counts on", arguments: [0, 1, 2])
  func unreadable(_ way: Int) throws {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2]).publish(to: store)
    try Sample("b", blocks: [2, 3], small: ["more"]).publish(to: store)
    try Sample("c", blocks: [8], small: ["most"]).publish(to: store)
    let catalog = try store.newest()
    let image = try catalog.image("b")
    let path = StorePath(.images, image.object.hex)
    switch way {
    case 0: directory.remove(path)
    case 1: directory.tamper(path) { $0[20] ^= 1 }
    default: directory.tamper(path) { $0.removeLast() }
    }
    let usage = try BlockUsage(of: catalog, from: store)
    #expect(usage.unreadable == [image])
    for pack in catalog.packs {
      #expect(usage[pack.id]?.isUncertain == image.packs.contains(pack.number))
    }
    #expect(usage.total.isUncertain)
    #expect(try usage.usage(of: image, from: store) == nil)
  }

  @Test("takes an object for unreadable that names impossible blocks, and not much memory")
  func impossible() throws {
    let (store, _) = try memoryStore()
    try Sample("a").publish(to: store)
    let catalog = try store.newest()
    let blocks = try store.imageObject(catalog.images[0].object).blocks.map { block in
      var wrong = block
      wrong.ordinal = .max
      return wrong
    }
    let fake = FakeSource(
      tables: [
        catalog.images[0].object: ImageBlocks(packs: catalog.packs.map(\.id), blocks: blocks)
      ])
    let usage = try BlockUsage(of: catalog, from: fake)
    #expect(usage.unreadable.count == 1)
    #expect(usage.bitmapByteCount < 1000)
  }

  @Test("is not found when the file system refuses")
  func refused() throws {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    let catalog = try store.newest()
    let failing = FaultyDirectory(directory, Fault(.every(.readOpen), .error(.ioError)))
    let broken = try Store.open(failing, surroundings: testSurroundings())
    #expect(throws: StoreError.self) { try BlockUsage(of: catalog, from: broken) }
  }

  @Test("is found with one open and two reads of each object")
  func reading() throws {
    let (store, directory) = try memoryStore()
    for number in 0..<5 { try Sample("\(number)", blocks: [UInt64(number)]).publish(to: store) }
    let catalog = try store.newest()
    let metered = MeteredDirectory(directory)
    let source = try Store.open(metered, surroundings: testSurroundings())
    _ = try BlockUsage(of: catalog, from: source)
    #expect(metered[.images].opens == 5)
    #expect(metered[.images].reads == 5)
  }
}

/// Block tables made up.
struct FakeSource: ImageBlocksSource {
  var tables: [SHA256Digest: ImageBlocks]

  func imageBlocks(_ object: SHA256Digest) throws(StoreError) -> ImageBlocks {
    guard let blocks = tables[object] else { throw .missing(StorePath(.images, object.hex)) }
    return blocks
  }
}
