import Failures
import ImageSamples
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import ImageImport

/// The importer itself, with every stage of it, on a store whose file system fails.
@Suite("An import into a store that fails")
struct FaultyStoreTests {
  private static let old: [String: [UInt8]] = [
    "a": SampleBytes.noise(9000, seed: 1), "b": SampleBytes.text(900, seed: 2),
  ]
  private static let new: [String: [UInt8]] = [
    "a": SampleBytes.noise(9000, seed: 1), "c": SampleBytes.noise(5000, seed: 3),
    "d": SampleBytes.text(300, seed: 4),
  ]
  private let log = RecordingLog()

  private func run(
    _ files: [String: [UInt8]], as name: String, on directory: any StoreDirectory,
    pid: Int32 = 1
  ) async throws {
    let store = try Store.open(directory, surroundings: testSurroundings(pid: pid))
    let source = try StubSource([try ArchivedLayer(files)], label: name)
    _ = try await Importer(store, logger: log.logger).run(
      ImportRequest(names: [name], text: "import stub"), from: source)
  }

  /// A store with one image.
  private func start() async throws -> MemoryDirectory {
    let (_, directory) = try memoryStore()
    try await run(Self.old, as: "old", on: directory)
    return directory
  }

  /// How many operations the import of the new image takes.
  private func operations(on start: MemoryDirectory) async throws -> Int {
    let counting = FaultyDirectory(start.copy(), Fault(.from(.max), .error(.ioError)))
    try await run(Self.new, as: "new", on: counting)
    return counting.operations
  }

  private func expectSound(_ directory: MemoryDirectory, _ comment: String) async throws {
    let dead = testSurroundings(pid: 3, isDead: { _ in true })
    let store = try Store.open(directory, surroundings: dead)
    let names = try store.newest().images.flatMap(\.names)
    #expect(names == ["old"] || names == ["old", "new"], "\(comment)")
    #expect(store.check(.data) == [], "\(comment)")
    try store.clearLeftovers()
    #expect(directory.leftovers == [], "\(comment)")
    try await run(Self.new, as: "new", on: directory, pid: 3)
    #expect(try store.newest().images.flatMap(\.names) == ["old", "new"], "\(comment)")
    #expect(store.check(.data) == [], "\(comment)")
  }

  @Test(
    "says so or succeeds, publishes all or nothing, and can be repeated",
    arguments: [Errno.ioError, .noSpace, .diskQuotaExceeded, .staleNFSFileHandle])
  func fault(_ errno: Errno) async throws {
    let start = try await start()
    let operations = try await operations(on: start)
    #expect(operations > 30)
    for operation in 1...operations {
      let directory = start.copy()
      let faulty = FaultyDirectory(
        directory, Fault(.operation(operation), .error(errno, after: .half)))
      do {
        try await run(Self.new, as: "new", on: faulty)
        let store = try Store.open(directory, surroundings: testSurroundings())
        #expect(throws: Never.self, "\(operation)") { try store.newest().image("new") }
      } catch {
        #expect(error is any FailureConvertible, "\(operation): \(error)")
      }
      try await expectSound(directory, "\(errno) at \(operation)")
    }
  }

  /// Two images that share a layer, in one command; says which came to be.
  private func runTwo(on directory: any StoreDirectory) async throws -> [String] {
    let store = try Store.open(directory, surroundings: testSurroundings())
    let importer = Importer(store, logger: log.logger)
    let base = try ArchivedLayer(Self.new)
    return try await withThrowingTaskGroup(of: String?.self) { group in
      for name in ["one", "two"] {
        let source = try StubSource(
          [base, try ArchivedLayer([name: SampleBytes.noise(5000, seed: UInt64(name.count))])],
          label: name)
        group.addTask {
          do {
            _ = try await importer.run(
              ImportRequest(names: [name], text: "import \(name)"), from: source)
            return name
          } catch {
            #expect(error is any FailureConvertible, "\(error)")
            return nil
          }
        }
      }
      var done: [String] = []
      for try await name in group { if let name { done.append(name) } }
      return done.sorted()
    }
  }

  @Test("of two images in one command: neither takes what the other lost, and both can be repeated")
  func together() async throws {
    let start = try await start()
    let counting = FaultyDirectory(start.copy(), Fault(.from(.max), .error(.ioError)))
    #expect(try await runTwo(on: counting) == ["one", "two"])
    for operation in 1...counting.operations {
      let directory = start.copy()
      let faulty = FaultyDirectory(
        directory, Fault(.operation(operation), .error(.noSpace, after: .half)))
      // The store itself may not open.
      let done = (try? await runTwo(on: faulty)) ?? []
      let dead = testSurroundings(pid: 3, isDead: { _ in true })
      let store = try Store.open(directory, surroundings: dead)
      let names = try store.newest().images.flatMap(\.names)
      #expect(Set(names).isSuperset(of: done), "\(operation)")
      #expect(Set(names).isSubset(of: ["old", "one", "two"]), "\(operation)")
      #expect(store.check(.data) == [], "\(operation)")
      #expect(try await runTwo(on: directory) == ["one", "two"], "\(operation)")
      #expect(store.check(.data) == [], "\(operation)")
    }
  }

  @Test("by a kill at any operation publishes all or nothing, and can be repeated")
  func killed() async throws {
    let start = try await start()
    for operation in 1...(try await operations(on: start)) {
      let directory = start.copy()
      let dying = FaultyDirectory(directory, at: operation, .dead)
      // It may have been done but for clearing up.
      _ = try? await run(Self.new, as: "new", on: dying)
      try await expectSound(directory, "killed at \(operation)")
    }
  }

  @Test("by a crash of the machine at any operation publishes all or nothing", arguments: 0..<4)
  func crashed(seed: UInt64) async throws {
    let start = try await start()
    for operation in 1...(try await operations(on: start)) {
      let crashing = CrashingDirectory(start.copy())
      _ = try? await run(
        Self.new, as: "new", on: FaultyDirectory(crashing, at: operation, .dead))
      try await expectSound(
        crashing.crash(seed: seed &* 1000 &+ UInt64(operation)), "seed \(seed) at \(operation)")
    }
  }
}
