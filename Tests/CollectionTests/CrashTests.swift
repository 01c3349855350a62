import Collection
import Store
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@Suite("A collection that is stopped")
struct CrashTests {
  /// Something of everything that can be collected: an image to retire, one to condemn, one to drop
  /// with its pack, rubbish of a dead command, recipes, old generations, history, an ended lease,
  /// more index runs than there should be.
  private static func start() throws -> MemoryDirectory {
    let world = try World()
    let store = world.store
    try Sample("dropped", blocks: [1], small: ["d"]).publish(to: store)
    try world.remove("dropped")
    try world.collect(World.atOnce)
    for number in 0..<9 {
      try Sample("keep\(number)", blocks: [], small: ["k\(number)"]).publish(to: store)
    }
    try Sample("condemned", blocks: [2], small: ["c"]).publish(to: store)
    try world.remove("condemned")
    try world.tag("keep1", "keep0")
    _ = try store.takeLease(of: 3, for: 0, purpose: "ended")
    let isDead = Latch()
    let dying = FaultyDirectory(
      world.directory,
      Fault(
        .matching { isDead.opens($0.call == .link && $0.area == .generations) }, .error(.ioError))
    )
    _ = try? Sample("dead", blocks: [90], small: ["x"]).publish(
      to: try world.store(pid: 66, on: dying))
    return world.directory
  }

  /// A store in which the command that was stopped is dead.
  private static func revive(_ directory: any StoreDirectory, pid: Int32 = 2) throws -> Store {
    let clock = VirtualClock(1_000_000_000 + 30 * World.day)
    return try Store.open(
      directory, surroundings: World.surroundings(clock, pid: pid, isDead: { $0 != pid }))
  }

  @discardableResult
  private static func collect(_ store: Store) throws -> CollectionPlan {
    let collector = Collector(store, policy: World.atOnce)
    let plan = try collector.plan()
    try collector.execute(plan)
    return plan
  }

  /// All images that have a name, read whole; the other one may be retired at any time.
  private static func named(_ store: Store) throws -> [String: ReaderView.Image] {
    try ReaderView(reading: store).images.filter { !$0.value.names.isEmpty }
  }

  /// Nothing that an image needs is lost, and collecting until nothing is left to do ends with what
  /// an undisturbed collection ends with.
  private func requireRecovery(
    _ directory: MemoryDirectory, _ images: [String: ReaderView.Image], _ history: [HistoryEntry],
    _ comment: String
  ) throws {
    let store = try Self.revive(directory)
    #expect(try Self.named(store) == images, "\(comment)")
    #expect(try store.history().prefix(history.count).elementsEqual(history), "\(comment)")
    var rounds = 0
    while try !Self.collect(store).isEmpty, rounds < 8 { rounds += 1 }
    #expect(rounds < 8, "\(comment)")
    let world = try World(directory)
    #expect(try world.faults() == [], "\(comment)")
    #expect(world.files(.images).count == 8, "\(comment)")
    #expect(try Self.named(store) == images, "\(comment)")
    #expect(world.files(.history).count == 1, "\(comment)")
  }

  @Test("by a kill at any operation, leaves a store that is whole, and is completed by the next")
  func kill() throws {
    let start = try Self.start()
    let images = try Self.named(try Self.revive(start))
    let history = try Self.revive(start).history()
    let counting = FaultyDirectory(start.copy(), at: 0, .once(.ioError))
    let plan = try Self.collect(try Self.revive(counting))
    #expect(Set(plan.steps.map(\.action)).isSuperset(of: [.clear, .condemn, .drop, .remove]))
    #expect(Set(plan.steps.map(\.action)).isSuperset(of: [.archive, .retire, .merge]))
    #expect(counting.operations > 100)
    for operation in 1...counting.operations {
      let directory = start.copy()
      let dying = FaultyDirectory(directory, at: operation, .dead)
      _ = try? Self.collect(try Self.revive(dying, pid: 55))
      try requireRecovery(directory, images, history, "killed at \(operation)")
    }
  }

  @Test("by an error at any operation, says so or goes on, and leaves a store that is whole")
  func fault() throws {
    let start = try Self.start()
    let images = try Self.named(try Self.revive(start))
    let history = try Self.revive(start).history()
    let counting = FaultyDirectory(start.copy(), at: 0, .once(.ioError))
    try Self.collect(try Self.revive(counting))
    for operation in 1...counting.operations where operation % 3 == 0 {
      let directory = start.copy()
      let failing = FaultyDirectory(directory, at: operation, .once(.ioError))
      _ = try? Self.collect(try Self.revive(failing, pid: 55))
      try requireRecovery(directory, images, history, "failed at \(operation)")
    }
  }

  @Test("by a crash of the machine, leaves a store that is whole, and is completed by the next")
  func machine() throws {
    let start = try Self.start()
    let images = try Self.named(try Self.revive(start))
    let history = try Self.revive(start).history()
    let states = try CrashSweep.states(from: start, seeds: 0..<1) { directory in
      try Self.collect(try Self.revive(directory, pid: 55))
    }
    #expect(states.count > 200)
    for (number, state) in states.enumerated() where number % 4 == 0 || state.hasReturned {
      try requireRecovery(state.directory, images, history, "\(state)")
    }
  }
}

/// True from the first time on that it is asked with true.
private final class Latch: Sendable {
  private let isOpen = Mutex(false)

  func opens(_ condition: Bool) -> Bool {
    isOpen.withLock { isOpen in
      isOpen = isOpen || condition
      return isOpen
    }
  }
}
