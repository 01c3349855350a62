import Digests
import ImageSamples
import Linux
import NodeService
import StoreSimulation
import Synchronization
import Testing

@testable import ImageImport
@testable import Store

/// The path operations of commands, each of which is a message to a metadata server.
@Suite("The cost of commands in a store of many images")
struct CostTests {
  /// A directory that counts what is done in it.
  private final class Count: Sendable {
    private let operations = Mutex<[StoreOperation.Call: Int]>([:])

    func directory(_ base: any StoreDirectory) -> any StoreDirectory {
      GatedDirectory(base) { operation in
        self.operations.withLock { $0[operation.call, default: 0] += 1 }
        return .proceed
      }
    }

    /// By kind, but for reads and writes of files that are open.
    var paths: [StoreOperation.Call: Int] {
      operations.withLock { $0.filter { $0.key != .readOpen && $0.key != .append } }
    }
  }

  /// A store of so many images, all in one generation.
  private static func store(of count: Int) async throws -> MemoryDirectory {
    let (store, directory) = try memoryStore()
    _ = try await Self.importer(store).run(
      ImportRequest(names: ["base"], text: "t"),
      from: try StubSource([try ArchivedLayer(["base": [1, 2, 3]])], label: "base"))
    let template = try store.newest().images[0]
    try store.publish("fill") { (catalog) throws(StoreError) in
      var next = catalog
      for number in 1..<count {
        let digest = SHA256Digest.of(Array("image \(number)".utf8).span.bytes)
        var record = ImageRecord(
          object: digest, rootIdentity: digest, names: ["site/image\(number):1"],
          digests: ["sha256:\(digest)"], attributes: template.attributes, logicalSize: 1,
          created: 1)
        record.number = next.nextImageNumber
        next.nextImageNumber += 1
        next.images.append(record)
      }
      return next
    }
    return directory
  }

  private static func importer(_ store: Store) -> Importer {
    Importer(store, logger: RecordingLog().logger)
  }

  private static func importing(_ directory: any StoreDirectory) async throws {
    let store = try Store.open(directory, surroundings: testSurroundings())
    let layers = try (1...3).map { number in
      try ArchivedLayer(["new\(number)": SampleBytes.noise(20_000, seed: UInt64(number))])
    }
    let source = try StubSource(layers, label: "new")
    _ = try await importer(store).run(
      ImportRequest(names: ["new"], text: "import new"), from: source)
  }

  private static func listing(_ directory: any StoreDirectory) throws {
    let store = try Store.open(directory, surroundings: testSurroundings())
    #expect(try !store.newest().images.isEmpty)
  }

  private static func serving(_ directory: any StoreDirectory) throws {
    let store = try Store.open(directory, surroundings: testSurroundings())
    _ = try StoreServer(
      [ServedStore(store)], accounts: SampleAccounts(), options: StoreServer.Options(),
      logger: RecordingLog().logger)
  }

  private static func cost(
    _ directory: MemoryDirectory, _ command: (any StoreDirectory) async throws -> Void
  ) async throws -> [StoreOperation.Call: Int] {
    let count = Count()
    try await command(count.directory(directory.copy()))
    return count.paths
  }

  @Test("does not grow with the number of images")
  func constant() async throws {
    var rows: [String: [Int]] = [:]
    var costs: [[[StoreOperation.Call: Int]]] = []
    for count in [1, 100, 2000] {
      let directory = try await Self.store(of: count)
      let all = [
        try await Self.cost(directory, Self.importing),
        try await Self.cost(directory, Self.listing),
        try await Self.cost(directory, Self.serving),
      ]
      costs.append(all)
      for (name, cost) in zip(["import", "list", "serve"], all) {
        rows[name, default: []].append(cost.values.reduce(0, +))
      }
    }
    for (name, counts) in rows.sorted(by: { $0.key < $1.key }) {
      print("| \(name) | \(counts.map(String.init).joined(separator: " | ")) |")
    }
    #expect(costs[0] == costs[1])
    #expect(costs[0] == costs[2])
    #expect((rows["import"] ?? []).allSatisfy { $0 <= 60 }, "\(rows)")
    #expect(rows["list"] == [4, 4, 4])
    #expect(rows["serve"] == [6, 6, 6])
  }
}
