import Collection
import Store
import StoreSimulation
import Testing

@Suite("A plan that is executed late")
struct StalePlanTests {
  @Test("does not drop what was rescued and condemned again under a reader")
  func condemnedAgain() throws {
    let world = try World()
    try Sample("a").publish(to: world.store)
    try world.remove("a")
    try world.collect(World.atOnce)
    let stale = try world.plan(World.atOnce)
    #expect(stale.subjects(of: .drop).count == 2)
    let catalog = try world.undelete("a")
    _ = try world.store.takeLease(of: catalog.generation, for: World.day, purpose: "test")
    try world.remove("a")
    try world.collect(World.atOnce)
    try Collector(world.store, policy: World.atOnce).execute(stale)
    #expect(try world.store.newest().retired.count == 1)
    _ = try ReaderView(reading: catalog, of: world.store)
    #expect(
      try world.plan(World.atOnce).steps.filter { $0.action == .wait }.allSatisfy {
        if case .leased = $0.reason { true } else { false }
      })
    world.pass(days: 2)
    try world.collect(World.atOnce)
    #expect(try world.store.newest().retired.isEmpty)
    #expect(try world.faults() == [])
  }
}
