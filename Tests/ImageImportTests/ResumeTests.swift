import Digests
import Failures
import ImageSamples
import OCI
import Store
import Testing

@testable import ImageImport

@Suite("An import that ends early")
struct ResumeTests {
  private let fixture: ImportFixture
  private let layers: [ArchivedLayer]
  private let events = Events()

  init() throws {
    fixture = try ImportFixture()
    layers = try (1...3).map {
      try ArchivedLayer(["file\($0)": SampleBytes.noise(40_000, seed: UInt64($0))])
    }
  }

  private func run(
    _ source: StubSource, largeFrom smallest: UInt64, as name: String = "x"
  ) async throws -> ImportSummary {
    var sharing = LayerSharing()
    sharing.smallest = smallest
    return try await Importer(fixture.store, sharing: sharing, logger: fixture.log.logger)
      .run(ImportRequest(names: [name], text: "import stub"), from: source) { [events] in
        events.add($0)
      }
  }

  /// Waits until the first two layers are complete, for whoever fetches the third.
  private static func others(_ events: Events) async {
    while !Set(["done 1", "done 2"]).isSubset(of: events.kinds) {
      try? await Task.sleep(for: .milliseconds(1))
    }
  }

  /// A source of the three layers of which the third breaks off once the others are complete.
  private func breaking() throws -> StubSource {
    try StubSource(layers, failingAfter: 20_000, failing: [3]) { [events] position in
      if position == 3 { await Self.others(events) }
    }
  }

  @Test(
    "over a network failure keeps the layers that are complete, large and small",
    arguments: [UInt64(1), 10_000_000])
  func network(smallest: UInt64) async throws {
    let failure = await #expect(throws: Failure.self) {
      try await run(try breaking(), largeFrom: smallest)
    }
    #expect(failure?.code == .registryUnreachable)
    #expect(try fixture.store.newest().images.isEmpty)
    #expect(try fixture.files("layers").count == 2)
    #expect(try fixture.files("staging").isEmpty)
    #expect(fixture.store.check(.data).isEmpty)

    let again = try StubSource(layers)
    let summary = try await run(again, largeFrom: smallest)
    #expect(again.fetched.value == 1 && summary.fetchedLayers == 1 && summary.reusedLayers == 2)
    for number in 1...3 {
      #expect(
        try fixture.content("file\(number)", of: "x")
          == SampleBytes.noise(40_000, seed: UInt64(number)))
    }
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test("is the same image afterwards as one that was imported at once")
  func same() async throws {
    _ = try? await run(try breaking(), largeFrom: 1)
    _ = try await run(try StubSource(layers), largeFrom: 1)
    let other = try ImportFixture()
    try await other.run(try StubSource(layers), as: ["x"])
    #expect(try fixture.rootBlob("x") == (try other.rootBlob("x")))
    #expect(
      try fixture.store.newest().images.map(\.rootIdentity)
        == (try other.store.newest().images.map(\.rootIdentity)))
  }

  @Test(
    "because it is cancelled keeps them, too, large and small",
    arguments: [UInt64(1), 10_000_000])
  func cancelled(smallest: UInt64) async throws {
    let reached = Counter()
    let source = try StubSource(layers) { [events] position in
      guard position == 3 else { return }
      await Self.others(events)
      reached.add()
      try? await Task.sleep(for: .seconds(60))
    }
    let task = Task { try await run(source, largeFrom: smallest) }
    while reached.value == 0 { await Task.yield() }
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(try fixture.files("layers").count == 2)
    #expect(try fixture.files("staging").isEmpty)
    let again = try StubSource(layers)
    _ = try await run(again, largeFrom: smallest)
    #expect(again.fetched.value == 1)
  }

  @Test("because the image is bad keeps no small layer: nothing has changed")
  func bad() async throws {
    let before = try fixture.store.newest()
    let source = try StubSource(
      layers, promised: .of([UInt8](repeating: 7, count: 3).span.bytes))
    await #expect(throws: (any Error).self) { try await run(source, largeFrom: 10_000_000) }
    #expect(try fixture.store.newest() == before)
    #expect(try fixture.files("layers").isEmpty && fixture.files("packs").isEmpty)
  }

  @Test("says in the log of the store which layers it left")
  func logged() async throws {
    _ = try? await run(try breaking(), largeFrom: 1)
    let text = try fixture.store.newest().operation.text
    #expect(text.hasPrefix("import stub: layer sha256:"))
  }

  @Test("leaves packs that a collector condemns and another import brings back")
  func condemned() async throws {
    _ = try? await run(try breaking(), largeFrom: 1)
    try fixture.store.publish("condemn") { (catalog) throws(StoreError) in
      catalog.condemning(objects: [], packs: Set(catalog.packs.map(\.id)))
    }
    let again = try StubSource(layers)
    _ = try await run(again, largeFrom: 1)
    #expect(again.fetched.value == 1)
    #expect(try fixture.store.newest().packs.allSatisfy { $0.state == .live })
    #expect(fixture.store.check(.data).isEmpty)
  }
}
