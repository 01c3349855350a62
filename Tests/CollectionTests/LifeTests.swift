import Collection
import Store
import StoreSimulation
import SystemPackage
import Testing

@Suite("The life of an image")
struct LifeTests {
  @Test("leads from its import over its removal to the removal of its files")
  func whole() throws {
    let world = try World()
    try Sample("keep", blocks: [9]).publish(to: world.store)
    try Sample("a", blocks: [1, 2]).publish(to: world.store)
    #expect(try world.plan().isEmpty)
    try world.remove("a")
    world.pass(days: 14)
    #expect(try world.plan().isEmpty, "the clocks of hosts differ")
    world.clock.advance(by: World.hour + 1)
    #expect(
      try world.plan().lines == [
        "condemn image a: was removed", "condemn pack: no image counts on it",
      ])
    #expect(try world.collect()[.condemn] == 2)
    #expect(try world.store.newest().operation.text == "gc: condemn a, 1 pack")
    #expect(
      try world.plan().lines == [
        "wait image a: is condemned, and stays for the grace period",
        "wait pack: is condemned, and stays for the grace period",
      ])
    #expect(try world.collect() == CollectionReport())
    world.pass(days: 8)
    let report = try world.collect()
    #expect(report[.drop] == 2)
    #expect(report[.remove] == 2)
    #expect(report.removedBytes > 0)
    #expect(world.files(.packs).count == 1)
    #expect(world.files(.images).count == 1)
    #expect(world.files(.layers).count == 2)
    #expect(try world.plan().lines == ["remove layers: no image has the layer"])
    try world.collect()
    #expect(world.files(.layers).count == 1)
    #expect(try world.plan().isEmpty)
    #expect(try world.faults() == [])
    #expect(throws: StoreError.imageNotFound("a")) { try world.undelete("a") }
  }

  @Test("goes on when it is undeleted, even after it was condemned")
  func undeletion() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    let before = try ReaderView(reading: world.store)
    try world.remove("a")
    try world.undelete("a")
    #expect(try ReaderView(reading: world.store) == before)
    try world.remove("a")
    world.pass(days: 15)
    try world.collect()
    world.pass(days: 15)
    let stale = try world.plan()
    #expect(stale.subjects(of: .drop).count == 2)
    let catalog = try world.undelete("a")
    #expect(catalog.packs.allSatisfy { $0.state == .live })
    try Collector(world.store, policy: CollectionPolicy()).execute(stale)
    #expect(try ReaderView(reading: world.store) == before)
    #expect(try world.faults() == [])
  }

  @Test("ends for good when an import that is dropped under it begins again")
  func rescue() throws {
    let world = try World()
    try Sample("a", blocks: [1, 2]).publish(to: world.store)
    try world.remove("a")
    world.pass(days: 15)
    try world.collect()
    world.pass(days: 8)
    let stale = try world.plan()
    #expect(stale.subjects(of: .drop).count == 2)
    // The same blocks under another name: the condemned pack is used, and so rescued.
    try Sample("b", blocks: [1, 2]).publish(to: world.store)
    #expect(world.files(.packs).count == 1)
    let report = try Collector(world.store, policy: CollectionPolicy()).execute(stale)
    #expect(report[.drop] == 1, "the image, not the pack")
    #expect(try ReaderView(reading: world.store).images.count == 1)
    #expect(try world.faults() == [])
  }

  @Test("of an object that was superseded ends after the grace period alone")
  func superseded() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    try Sample("a").publish(to: world.store)
    #expect(
      try world.plan().lines == ["condemn image: was imported again as another object"])
    try world.collect()
    world.pass(days: 8)
    try world.collect()
    #expect(world.files(.images).count == 1)
    #expect(try world.faults() == [])
  }

  @Test("of an image whose tag moved ends after three waits")
  func nameless() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    try Sample("b").publish(to: world.store)
    try world.tag("b", "a")
    world.pass(days: 15)
    #expect(try world.plan().lines == ["retire image: lost its last name"])
    #expect(try world.collect()[.retire] == 1)
    #expect(try world.store.newest().operation.text.hasPrefix("gc: retire "))
    #expect(try world.plan().isEmpty)
    world.pass(days: 15)
    #expect(try world.plan().lines == ["condemn image: was removed"])
    try world.collect()
    world.pass(days: 8)
    #expect(try world.collect()[.drop] == 1)
    #expect(try world.store.newest().images.count == 1)
    #expect(try world.faults() == [])
  }

  @Test("begins again when it comes back without a name, by undelete or by its digest")
  func namelessAgain() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    let id = try world.store.newest().images[0].id
    try Sample("b", blocks: [7]).publish(to: world.store)
    try world.tag("b", "a")
    world.pass(days: 15)
    try world.collect()
    #expect(try world.store.newest().images.map(\.names) == [["a", "b"]])
    try world.undelete(id)
    #expect(try world.plan().isEmpty, "it is kept as if it had lost its name now")
    world.pass(days: 15)
    #expect(try world.plan().subjects(of: .retire).count == 1)
    try world.store.publish("import by digest") { (catalog) throws(StoreError) in
      try catalog.claiming(id)
    }
    #expect(try world.plan().isEmpty, "somebody wants it without a name")
  }

  @Test("does not end by what everybody may do among the leases")
  func hostileLeases() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    let year = world.clock.now + 365 * World.day
    let endless = StorePath(.leases, "00000000000000aa-0-\(year)")
    for name in ["00000000000000aa-0-\(year)", "+0000000000000ab-0-5", "00000000000000ac-00-5"] {
      _ = try world.directory.create(StorePath(.leases, name))
    }
    #expect(try world.store.leases().count == 1, "names have one form")
    let stubborn = FaultyDirectory(
      world.directory,
      Fault(.matching { $0.call == .unlink && $0.area == .leases }, .error(.isDirectory)))
    try world.remove("a")
    for _ in 0..<4 {
      let collector = Collector(
        try world.store(pid: 5, on: stubborn), policy: World.atOnce)
      try collector.execute(try collector.plan())
    }
    #expect(world.files(.packs) == [], "nobody may hold content for a year")
    #expect(world.files(.leases).contains(endless))
    try world.collect()
    #expect(!world.files(.leases).contains(endless))
  }

  @Test("leaves room behind even where none is left to publish with")
  func full() throws {
    let world = try World()
    let full = FaultyDirectory(
      world.directory, Fault(.matching { $0.call == .create }, .error(.noSpace)))
    let staging = try world.store(pid: 9).stage(purpose: "dead")
    _ = try Sample("x").link(try world.store(pid: 9), staging)
    let stray = StorePath(.packs, ".00000000000000ee.1")
    _ = try world.directory.create(stray)
    #expect(world.files(.packs).count == 2)
    let store = try world.store(pid: 5, on: full, isDead: { $0 == 9 })
    let collector = Collector(store, policy: World.atOnce)
    let plan = try collector.plan()
    #expect(plan.subjects(of: .clear).contains(.file(stray)))
    #expect(throws: StoreError.self) { try collector.execute(plan) }
    #expect(world.files(.packs) == [])
  }
}
