import Digests
import Store
import StoreSimulation
import Testing

@testable import Accounting

@Suite("What an image takes of a store")
struct ImageUsageTests {
  private func usages(_ store: Store) throws -> [String: ImageUsage] {
    let catalog = try store.newest()
    let usage = try BlockUsage(of: catalog, from: store, findingShared: true)
    var result: [String: ImageUsage] = [:]
    for image in catalog.images {
      result[image.names[0]] = try usage.usage(of: image, from: store)
    }
    return result
  }

  /// The files of packs and images that are needed when an image has gone.
  private func size(_ store: Store, _ images: [ImageRecord]) throws -> UInt64 {
    let catalog = try store.newest()
    var total: UInt64 = 0
    for image in images { total += try #require(try store.size(of: image.path)) }
    let needed = Set(images.flatMap(\.packs))
    return catalog.packs.filter { needed.contains($0.number) }.reduce(total) { $0 + $1.size }
  }

  @Test("is all its own when it is alone, and all of it can be reclaimed")
  func alone() throws {
    let (store, _) = try memoryStore()
    try Sample("a").publish(to: store)
    let found = try #require(try usages(store)["a"])
    #expect(found.stored.blocks == 4)
    #expect(found.unique == found.stored)
    #expect(found.shared == Amount())
    #expect(found.reclaimable == (try size(store, try store.newest().images)))
    #expect(found.objectBytes > 0)
  }

  @Test("is split into what others have too and what is its own")
  func shared() throws {
    let (store, _) = try memoryStore()
    try Sample("a", blocks: [1, 2, 3], small: ["x"]).publish(to: store)
    try Sample("b", blocks: [2, 3, 4, 5], small: ["y"]).publish(to: store)
    try Sample("c", blocks: [3], small: ["z"]).publish(to: store)
    let found = try usages(store)
    #expect(found["a"]?.stored.blocks == 4)
    #expect(found["a"]?.unique.blocks == 2)
    #expect(found["b"]?.stored.blocks == 5)
    #expect(found["b"]?.unique.blocks == 3)
    #expect(found["c"]?.unique.blocks == 1)
    #expect(found["c"]?.shared.blocks == 1)
    for usage in found.values { #expect(usage.shared + usage.unique == usage.stored) }
    let catalog = try store.newest()
    let size = { try #require(try store.size(of: $0)) }
    let b = try catalog.image("b")
    let pack = try #require(
      catalog.packs.first { pack in
        catalog.images.allSatisfy { $0.packs.contains(pack.number) == ($0.id == b.id) }
      })
    #expect(found["b"]?.reclaimable == (try size(b.path)) + pack.size)
    let a = try #require(found["a"])
    #expect(a.reclaimable == a.objectBytes + a.unique.bytes)
  }

  @Test("counts two names of one image once, and does not mind what only removed images have")
  func removed() throws {
    let (store, _) = try memoryStore()
    try Sample("a", blocks: [1, 2]).publish(to: store, names: ["a", "same"])
    try Sample("b", blocks: [2, 3], small: ["more"]).publish(to: store)
    try store.publish("remove") { (catalog) throws(StoreError) in
      try catalog.removing(image: "b")
    }
    let found = try #require(try usages(store)["a"])
    #expect(found.unique == found.stored)
    let catalog = try store.newest()
    let usage = try BlockUsage(of: catalog, from: store)
    #expect(usage.total.retiredOnly.blocks == 2)
    let own = Set(catalog.images[0].packs)
    let packs = catalog.packs.filter { own.contains($0.number) }.reduce(0) { $0 + $1.size }
    #expect(found.reclaimable == found.objectBytes + packs)
  }

  @Test("agrees with what a store has that never had the image")
  func removedAgrees() throws {
    let samples = [
      Sample("a", blocks: [1, 2, 3]), Sample("b", blocks: [3, 4], small: ["own"]),
      Sample("c", blocks: [5, 1], small: ["alpha", "c"]),
    ]
    let (store, _) = try memoryStore()
    for sample in samples { try sample.publish(to: store) }
    for (number, sample) in samples.enumerated() {
      let (without, _) = try memoryStore()
      for (other, kept) in samples.enumerated() where other != number {
        try kept.publish(to: without)
      }
      let all = try BlockUsage(of: try store.newest(), from: store).total.live
      let rest = try BlockUsage(of: try without.newest(), from: without).total.live
      let own = try #require(try usages(store)[sample.name])
      // Small files lie together in blocks, whose number depends on who came first.
      #expect(all.blocks - rest.blocks <= own.unique.blocks + 1)
    }
  }
}

extension ImageRecord {
  var path: StorePath { StorePath(.images, object.hex) }
}
