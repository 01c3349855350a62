import Collection
import Digests
import Linux
import Store
import StoreSimulation

/// A store in memory on a clock that tests move.
struct World: Sendable {
  static let hour: Int64 = 3600
  static let day: Int64 = 86_400
  /// No waits at all.
  static let atOnce = CollectionPolicy(keepWithin: 0, grace: 0, keepGenerations: 1)

  let directory: MemoryDirectory
  let clock: VirtualClock
  let store: Store

  init(_ directory: MemoryDirectory? = nil, clock: VirtualClock = VirtualClock(1_000_000_000))
    throws
  {
    self.clock = clock
    let surroundings = Self.surroundings(clock)
    if let directory {
      self.directory = directory
      store = try Store.open(directory, surroundings: surroundings)
    } else {
      self.directory = MemoryDirectory()
      store = try Store.create(
        at: self.directory, parameters: testParameters, surroundings: surroundings)
    }
  }

  static func surroundings(
    _ clock: VirtualClock, pid: Int32 = 1,
    isDead: @escaping @Sendable (Int32) -> Bool = { _ in false }
  ) -> Surroundings {
    var result = testSurroundings(pid: pid, isDead: isDead)
    result.now = { clock.now }
    return result
  }

  /// The store as another process uses it.
  func store(
    pid: Int32, on directory: (any StoreDirectory)? = nil,
    isDead: @escaping @Sendable (Int32) -> Bool = { _ in false }
  ) throws -> Store {
    try Store.open(
      directory ?? self.directory,
      surroundings: Self.surroundings(clock, pid: pid, isDead: isDead))
  }

  func pass(days: Int64) { clock.advance(by: days * Self.day) }

  func plan(_ policy: CollectionPolicy = CollectionPolicy()) throws -> CollectionPlan {
    try Collector(store, policy: policy).plan()
  }

  /// Plans and does it.
  @discardableResult
  func collect(_ policy: CollectionPolicy = CollectionPolicy()) throws -> CollectionReport {
    let collector = Collector(store, policy: policy)
    return try collector.execute(try collector.plan())
  }

  func remove(_ reference: String) throws {
    try store.publish("remove \(reference)") { (catalog) throws(StoreError) in
      try catalog.removing(image: reference)
    }
  }

  func tag(_ reference: String, _ name: String) throws {
    try store.publish("tag") { (catalog) throws(StoreError) in
      try catalog.tagging(reference, as: name)
    }
  }

  @discardableResult
  func undelete(_ reference: String) throws -> Catalog {
    try store.publish("undelete \(reference)") { (catalog) throws(StoreError) in
      try catalog.restoring(reference).catalog
    }
  }

  func files(_ area: StoreArea) -> [StorePath] { directory.paths.filter { $0.area == area } }

  /// What is wrong with the store, and files that nothing lists.
  func faults() throws -> [String] {
    let catalog = try store.newest()
    let listed =
      catalog.packs.map(\.id.description) + catalog.indexRuns.map(\.id.hex)
      + (catalog.images.map(\.object) + catalog.retired.map(\.image.object)).map(\.hex)
    let unlisted = directory.paths.filter {
      [.packs, .images, .index].contains($0.area) && !listed.contains($0.name)
    }
    return store.check(.data).map { "\($0)" } + unlisted.map { "\($0) is not listed" }
      + directory.leftovers.map { "\($0) is left over" }
  }
}

extension CollectionPlan {
  /// The steps as short texts, to be compared.
  var lines: [String] {
    steps.map { "\($0.action.rawValue) \(kind($0.subject)): \($0.reason)" }
  }

  private func kind(_ subject: Subject) -> String {
    switch subject {
    case .image(_, _, let names): names.isEmpty ? "image" : "image \(names[0])"
    case .pack: "pack"
    case .file(let path): path.area.rawValue
    case .generations(let range): "generations \(range.lowerBound)-\(range.upperBound)"
    case .owner: "owner"
    case .indexRuns(let count): "\(count) runs"
    }
  }
}
