import Collection
import Digests
import Linux
import Store
import StoreSimulation
import Testing

@Suite("A plan")
struct PlanTests {
  /// A store with three images of which the first two lost their only name, the first before the
  /// second.
  private func tagged() throws -> World {
    let world = try World()
    for name in ["one", "two", "three"] {
      try Sample(name, blocks: [UInt64(name.utf8.count), UInt64(name.utf8.first ?? 0)])
        .publish(to: world.store, names: ["tag"])
      world.pass(days: 1)
    }
    return world
  }

  @Test("retires images that lost their last name long ago, and says since when")
  func nameless() throws {
    let world = try tagged()
    #expect(try world.plan().isEmpty)
    world.pass(days: 12)
    world.clock.advance(by: World.hour + 1)
    let plan = try world.plan()
    #expect(plan.lines == ["retire image: lost its last name"])
    #expect(plan.steps[0].reason == .nameless(since: 1_000_000_000 + World.day))
    world.pass(days: 1)
    #expect(try world.plan().lines.count == 2)
  }

  @Test(
    "keeps the last former images of each name when it is told to",
    arguments: [(0, 2), (1, 1), (2, 0), (9, 0)])
  func keepLast(number: Int, retired: Int) throws {
    let world = try tagged()
    world.pass(days: 30)
    #expect(
      try world.plan(CollectionPolicy(keepLast: number)).subjects(of: .retire).count == retired)
  }

  @Test("never retires an image that is pinned, named, or never had a name")
  func kept() throws {
    let world = try tagged()
    let oldest = try world.store.newest().images[0]
    try world.store.publish("pin") { (catalog) throws(StoreError) in
      try catalog.changing(oldest.id, pinned: true)
    }
    try Sample("digest only", blocks: [77]).publish(to: world.store, names: [])
    world.pass(days: 100)
    let plan = try world.plan()
    #expect(plan.subjects(of: .retire).count == 1)
    #expect(!plan.subjects(of: .retire).contains { $0.id == oldest.id })
    let assuming = try Collector(world.store, policy: CollectionPolicy()).plan {
      (catalog) throws(StoreError) in try catalog.changing(oldest.id, pinned: false)
    }
    #expect(assuming.subjects(of: .retire).count == 2)
  }

  @Test("counts a time that is in the future as now")
  func future() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    let ahead = try World(world.directory, clock: VirtualClock(world.clock.now + 28 * World.day))
    try ahead.remove("a")
    world.pass(days: 20)
    #expect(try world.plan().isEmpty)
    world.pass(days: 25)
    #expect(try world.plan().subjects(of: .condemn).count == 2)
  }

  @Test("drops nothing that a lease covers, and names the lease")
  func leases() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    let old = try world.store.takeLease(
      of: try world.store.newest().generation, for: 20 * World.day, purpose: "job")
    try world.remove("a")
    world.pass(days: 1)
    try world.collect(World.atOnce)
    let new = try world.store.takeLease(
      of: try world.store.newest().generation, for: 30 * World.day, purpose: "job")
    let plan = try world.plan(World.atOnce)
    #expect(plan.subjects(of: .drop).isEmpty)
    #expect(plan.steps.filter { $0.reason == .leased(old) }.count == 2)
    #expect(new.generation > old.generation)
    world.pass(days: 19)
    #expect(try world.plan(World.atOnce).subjects(of: .drop).isEmpty, "within the clocks' margin")
    world.clock.advance(by: World.hour + 1)
    let later = try world.plan(World.atOnce)
    #expect(later.subjects(of: .drop).count == 2)
    #expect(later.lines.contains("remove leases: the lease has ended"))
    try world.collect(World.atOnce)
    #expect(try world.store.leases() == [new])
  }

  @Test("condemns packs that no image counts on, and spares those that a retired image does")
  func packs() throws {
    let world = try World()
    try Sample("a", blocks: [1]).publish(to: world.store)
    try Sample("b", blocks: [2], small: ["other"]).publish(to: world.store)
    try world.remove("a")
    #expect(try world.plan().isEmpty)
    world.pass(days: 15)
    let plan = try world.plan()
    #expect(plan.subjects(of: .condemn).count == 2)
    let listed = try world.store.newest().packs
    #expect(plan.steps.compactMap(\.bytes) == listed.filter { $0.number == 1 }.map(\.size))
  }

  @Test("of rubbish spares what a living writer wrote, and removes it when the writer is dead")
  func rubbish() throws {
    let world = try World()
    let writer = try world.store(pid: 77)
    let staging = try writer.stage(purpose: "import")
    let linked = try Sample("x").link(writer, staging)
    _ = try staging.write(linked.object)
    _ = try staging.writeIndexRun(of: linked.sealed.map { [$0] } ?? [])
    #expect(
      try world.plan().lines == [
        "wait images: its writer has not published it yet",
        "wait packs: its writer has not published it yet",
        "wait index: its writer has not published it yet",
        "wait owner: the command may still be writing",
      ])
    #expect(try world.collect() == CollectionReport())
    let later = try world.store(pid: 2, isDead: { $0 == 77 })
    let collector = Collector(later, policy: CollectionPolicy())
    let plan = try collector.plan()
    #expect(plan.subjects(of: .clear) == [.owner(staging.owner)])
    #expect(plan.subjects(of: .remove).count == 3)
    #expect(plan.steps.filter { $0.reason == .orphaned }.count == 3)
    let report = try collector.execute(plan)
    #expect(report[.remove] == 3)
    #expect(report[.clear] == 1)
    #expect(world.files(.packs) + world.files(.images) + world.files(.index) == [])
    #expect(world.directory.leftovers == [])
  }

  @Test("of damaged rubbish waits until nobody is writing")
  func damagedRubbish() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    try Sample("x", blocks: [8]).publish(to: world.store)
    try world.remove("x")
    try world.collect(World.atOnce)
    let path = try #require(
      world.files(.packs).first { path in
        try! world.store.newest().packs.contains {
          $0.id.description == path.name && $0.state != .live
        }
      })
    world.directory.tamper(path) { $0 = [1, 2, 3] }
    let staging = try world.store(pid: 3).stage(purpose: "other")
    try world.collect(World.atOnce)
    let plan = try world.plan(World.atOnce)
    #expect(plan.steps.contains { $0.subject == .file(path) && $0.reason == .unreadableForNow })
    staging.finish()
    let then = try world.plan(World.atOnce)
    #expect(then.steps.contains { $0.subject == .file(path) && $0.reason == .unreadable })
    try world.collect(World.atOnce)
    #expect(!world.files(.packs).contains(path))
  }

  @Test("leaves files alone that are no objects of a store")
  func foreign() throws {
    let world = try World()
    for name in ["README", ".nfs0001", String(repeating: "A", count: 64), "abc"] {
      for area in [StoreArea.packs, .images, .index, .layers, .generations, .leases, .history] {
        _ = try world.directory.create(StorePath(area, name))
      }
    }
    #expect(try world.plan(World.atOnce).isEmpty)
  }

  @Test("removes recipes that no image has, unless it is not known which layers images have")
  func recipes() throws {
    let world = try World()
    try Sample("a", blocks: [1]).publish(to: world.store)
    try Sample("b", blocks: [2]).publish(to: world.store)
    try world.remove("b")
    #expect(try world.plan().isEmpty, "an image that can come back has layers, too")
    try world.collect(World.atOnce)
    try world.collect(World.atOnce)
    #expect(try world.plan().lines == ["remove layers: no image has the layer"])
    let object = try world.store.newest().images[0].object
    world.directory.tamper(StorePath(.images, object.hex)) { $0[40] ^= 1 }
    let reason = "an image object cannot be read, so its layers are not known"
    #expect(
      try world.plan().lines == ["wait layers: \(reason)", "wait layers: \(reason)"])
  }

  @Test("keeps the recipe of a layer without an image for as long as the packs of its blocks stay")
  func spareRecipes() throws {
    let world = try World()
    try Sample("a", blocks: [1]).publish(to: world.store)
    let staging = try world.store.stage(purpose: "stopped")
    let linked = try Sample("b", blocks: [2], small: ["c"]).link(world.store, staging)
    let sealed = try #require(linked.sealed)
    let run = try #require(try staging.writeIndexRun(of: [sealed]))
    try world.store.publish("layer", staging: staging) {
      $0.adding(packs: [sealed.record]).adding(run: run)
    }
    try staging.write(linked.recipe)
    staging.finish()
    let waits = "wait layers: no image has the layer, but an import may go on with it"
    #expect(try world.plan().lines.contains(waits))
    try world.collect()
    #expect(try world.plan().lines.contains(waits), "its pack is condemned")
    #expect(try world.store.recipe(linked.recipe.key) != nil)
    world.pass(days: 8)
    try world.collect()
    try world.collect()
    #expect(try world.store.recipe(linked.recipe.key) == nil)
    #expect(world.files(.layers).count == 1 && world.files(.packs).count == 1)
  }

  @Test("removes bundles and traces of images that are gone, and nothing else there")
  func companions() throws {
    let world = try World()
    try Sample("a", blocks: [1]).publish(to: world.store)
    try Sample("b", blocks: [2]).publish(to: world.store)
    let blobs = try ["a", "b"].map { try world.store.newest().image($0).rootIdentity.hex }
    for area in [StoreArea.bundles, .traces] {
      for name in [blobs[0], blobs[1], "\(blobs[1]).node7", "\(blobs[1])x", "README"] {
        _ = try world.directory.create(StorePath(area, name))
      }
    }
    try world.remove("b")
    #expect(try world.plan().isEmpty, "an image that can come back needs them")
    try world.collect(World.atOnce)
    try world.collect(World.atOnce)
    try world.collect(World.atOnce)
    for area in [StoreArea.bundles, .traces] {
      #expect(
        Set(world.files(area).map(\.name)) == [blobs[0], "\(blobs[1])x", "README"], "\(area)")
    }
  }

  @Test("repacks packs of which enough is dead, when somebody knows how much that is")
  func repacking() throws {
    let world = try World()
    try Sample("a", blocks: [1, 2]).publish(to: world.store)
    try Sample("b", blocks: [3]).publish(to: world.store)
    var survey = try world.plan().survey
    let packs = survey.catalog.packs
    survey.packUse = [
      packs[0].id: PackUse(liveBytes: 499, dataBytes: 1000),
      packs[1].id: PackUse(liveBytes: 501, dataBytes: 1000),
    ]
    let plan = CollectionPlan(survey, policy: CollectionPolicy())
    #expect(
      plan.steps == [
        CollectionPlan.Step(
          .repack, .pack(packs[0].id), .dead(bytes: 501, of: 1000), bytes: 501)
      ])
    #expect(CollectionPlan(survey, policy: CollectionPolicy(deadShare: 0.9)).isEmpty)
    survey.catalog = survey.catalog.marking(packs: [packs[0].id], damaged: true)
    #expect(CollectionPlan(survey, policy: CollectionPolicy()).isEmpty)
  }

  @Test("is the same for the same survey and policy, and reading changes nothing")
  func pure() throws {
    let world = try tagged()
    world.pass(days: 40)
    let before = world.directory.contents
    let plan = try world.plan()
    #expect(world.directory.contents == before)
    #expect(CollectionPlan(plan.survey, policy: plan.policy) == plan)
  }
}

extension Subject {
  fileprivate var id: String? { if case .image(_, let id, _) = self { id } else { nil } }
}
