import Collection
import Digests
import Relocation
import Store
import StoreSimulation
import Testing

@Suite("The repacker of a collector")
struct PackRepackerTests {
  @Test("says how much of each pack is in use, and moves that")
  func repack() throws {
    let (store, _) = try RelocatedStore.withDeadBlocks()
    let before = try store.newest()
    let view = try ReaderView(reading: store)
    let repacker = PackRepacker()
    let live = try repacker.use(of: before, in: store, deadFrom: 0)
    #expect(Set(live.keys) == Set(before.packs.map(\.id)))
    #expect(live.values.contains { $0.deadBytes > 0 })
    let staging = try store.stage(purpose: "gc")
    try repacker.repack(before.packs.map(\.id), in: store, staging)
    staging.finish()
    let after = try store.newest()
    let now = try repacker.use(of: after, in: store, deadFrom: 0)
    let old = Set(before.packs.map(\.id))
    #expect(now.filter { old.contains($0.key) }.values.allSatisfy { $0.liveBytes == 0 })
    let total = { (use: [PackID: PackUse]) in use.values.reduce(0) { $0 + $1.liveBytes } }
    #expect(total(now) == total(live))
    #expect(now.allSatisfy { old.contains($0.key) || $0.value.deadBytes == 0 })
    #expect(try ReaderView(reading: store) == view)
  }

  @Test("moves an image that was removed and imported again, and its other objects end")
  func importedAgain() throws {
    for isRemovedLast in [false, true] {
      let (store, _) = try memoryStore()
      try Sample("b", blocks: [2, 6]).publish(to: store)
      for round in 0..<3 {
        try Sample("a", blocks: [2, 5]).publish(to: store)
        guard round < 2 || isRemovedLast else { continue }
        try store.publish("remove") { (catalog) throws(StoreError) in
          try catalog.removing(image: "a")
        }
      }
      let before = try store.newest()
      let objects = (before.images + before.retired.map(\.image)).map(\.object)
      #expect(Set(objects).count == 4, "each import made an object of its own")
      let report = try Relocator(store).vacate(Set(before.packs.map(\.id)))
      #expect(report.affected.isEmpty)
      let after = try store.newest()
      #expect(
        after.packs.filter { $0.state == .live }.allSatisfy { pack in
          !before.packs.contains { $0.id == pack.id }
        })
      #expect(after.images.count == (isRemovedLast ? 1 : 2))
      #expect(after.retired.count { $0.condemned == nil } == (isRemovedLast ? 1 : 0))
      #expect(store.check(.data) == [])
      if isRemovedLast {
        let id = try #require(after.retired.first { $0.condemned == nil }).image.id
        try store.publish("undelete") { (catalog) throws(StoreError) in
          try catalog.restoring(id).catalog
        }
        #expect(try store.newest().images.count == 2)
        #expect(store.check(.data) == [])
      }
    }
  }

  @Test("leaves packs out of which it cannot know")
  func uncertain() throws {
    let (store, directory) = try RelocatedStore.withDeadBlocks()
    let catalog = try store.newest()
    let image = try catalog.image("a")
    directory.remove(StorePath(.images, image.object.hex))
    let live = try PackRepacker().use(of: catalog, in: store, deadFrom: 0)
    for pack in catalog.packs {
      #expect((live[pack.id] == nil) == image.packs.contains(pack.number))
    }
  }

  @Test("leaves nothing for the next collection, however small the packs are")
  func rest() throws {
    let (store, _) = try memoryStore()
    try Sample("a", blocks: [], small: ["tiny"]).publish(to: store)
    let policy = CollectionPolicy(keepWithin: 0, grace: 0, keepGenerations: 1)
    let collector = Collector(store, policy: policy, repacker: PackRepacker())
    try collector.execute(try collector.plan())
    #expect(try collector.plan().isEmpty)
    try Sample("b", blocks: [], small: ["tiny", "small"]).publish(to: store)
    try store.publish("remove") { (catalog) throws(StoreError) in try catalog.removing(image: "a") }
    var rounds = 0
    while try !collector.plan().isEmpty, rounds < 8 {
      try collector.execute(try collector.plan())
      rounds += 1
    }
    #expect(rounds < 8)
    #expect(store.check(.data) == [])
  }
}
