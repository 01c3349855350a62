import Digests
import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

@Suite("Whatever operation a writer is killed at")
struct CrashTests {
  /// A way to change a store, and what the catalog must look like before or after.
  struct Command: Sendable, CustomStringConvertible {
    var description: String
    /// How many images there are besides two.
    var fillers = 0
    var run: @Sendable (Store) throws -> Void
  }

  static let commands = [
    Command(description: "import") {
      try Sample("new", blocks: [1, 7], small: ["alpha", "omega"]).publish(to: $0)
    },
    Command(description: "import again") { try Sample("a").publish(to: $0, names: ["second"]) },
    Command(description: "tag") { store in
      try store.publish("tag") { (catalog) throws(StoreError) in
        try catalog.tagging("a", as: "new")
      }
    },
    Command(description: "remove") { store in
      try store.publish("remove") { (catalog) throws(StoreError) in
        try catalog.removing(image: "b")
      }
    },
    Command(description: "merge", fillers: 7) { store in
      let staging = try store.stage(purpose: "merge")
      defer { staging.finish() }
      try store.mergeIndexRuns(staging)
    },
  ]

  /// A store with two images, and with as many others and their index runs as are wanted.
  static func populated(_ fillers: Int = 0) throws -> MemoryDirectory {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    try Sample("b", blocks: [4, 1]).publish(to: store)
    for number in 0..<fillers {
      try Sample("filler\(number)", blocks: [UInt64(50 + number)]).publish(to: store)
    }
    return directory
  }

  /// The number of operations of an undisturbed run, and the catalog it ends with.
  private func measure(
    _ command: Command, on start: MemoryDirectory
  ) throws -> (operations: Int, catalog: Catalog) {
    let counting = FaultyDirectory(start.copy(), at: 0, .once(.ioError))
    let store = try Store.open(counting, surroundings: testSurroundings(seed: 7))
    try command.run(store)
    let operations = counting.operations
    return (operations, try store.newest())
  }

  private func open(_ directory: any StoreDirectory, dead: Bool = false) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(isDead: { _ in dead }))
  }

  @Test(
    "readers see the old or the new catalog, and the command can be repeated",
    arguments: commands)
  func kill(_ command: Command) throws {
    let start = try Self.populated(command.fillers)
    let before = try open(start).newest()
    let measured = try measure(command, on: start)
    #expect(measured.operations > 8)
    for operation in 1...measured.operations {
      let directory = start.copy()
      let dying = FaultyDirectory(directory, at: operation, .dead)
      _ = try? command.run(try Store.open(dying, surroundings: testSurroundings(pid: 66, seed: 7)))
      let after = try open(directory).newest()
      #expect(after == before || after.hasSameContent(as: measured.catalog), "\(operation)")
      #expect(try open(directory).check(.data) == [], "killed at \(operation)")
      let recovered = try open(directory, dead: true)
      try recovered.clearLeftovers()
      #expect(directory.leftovers == [], "killed at \(operation)")
      if after == before { try command.run(try open(directory)) }
      let repeated = try recovered.newest()
      #expect(
        repeated.images.map(\.names) == measured.catalog.images.map(\.names), "\(operation)")
      #expect(recovered.check(.data) == [], "repeated after \(operation)")
    }
  }

  @Test("making a store can be repeated until it succeeds")
  func creation() throws {
    func create(_ directory: any StoreDirectory, dead: Bool) throws -> Store {
      try Store.create(
        at: directory, parameters: testParameters,
        surroundings: testSurroundings(isDead: { _ in dead }))
    }
    let counting = FaultyDirectory(MemoryDirectory(), at: 0, .dead)
    _ = try? create(counting, dead: false)
    let whole = FaultyDirectory(MemoryDirectory(), at: .max, .dead)
    _ = try create(whole, dead: false)
    for operation in 1...whole.operations {
      let directory = MemoryDirectory()
      _ = try? create(FaultyDirectory(directory, at: operation, .dead), dead: false)
      if directory.bytes(.description) == nil { _ = try create(directory, dead: true) }
      let store = try open(directory, dead: true)
      try store.clearLeftovers()
      #expect(directory.leftovers == [], "killed at \(operation)")
      #expect(store.check(.data) == [], "killed at \(operation)")
      try Sample("a").publish(to: store)
    }
  }
}
