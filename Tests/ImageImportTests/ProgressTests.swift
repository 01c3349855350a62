import ImageSamples
import StoreSimulation
import Synchronization
import Testing

@testable import ImageImport
@testable import Store

@Suite("The events and the summary of an import")
struct ProgressTests {
  private static let base = ["a": SampleBytes.noise(30_000, seed: 1)]
  private static let top = ["b": SampleBytes.noise(9000, seed: 2)]

  private func run(
    _ fixture: ImportFixture, _ source: StubSource, as names: [String], _ events: Events
  ) async throws -> ImportSummary {
    try await Importer(fixture.store, logger: fixture.log.logger)
      .run(ImportRequest(names: names, text: "t"), from: source) { events.add($0) }
  }

  @Test("tell of every layer in order, with all of its bytes")
  func layers() async throws {
    let fixture = try ImportFixture()
    let layers = [try ArchivedLayer(Self.base), try ArchivedLayer(Self.top, form: .zstd)]
    let events = Events()
    let summary = try await run(fixture, try StubSource(layers), as: ["x"], events)
    let kinds = events.kinds
    #expect(kinds.first == "resolved" && kinds.suffix(2) == ["linking", "published x"])
    for position in 1...2 {
      let start = try #require(kinds.firstIndex(of: "started \(position)"))
      let end = try #require(kinds.firstIndex(of: "done \(position)"))
      #expect(start < end)
      #expect(events.received(position) == layers[position - 1].bytes.count)
    }
    #expect(kinds.count == 7)
    #expect(events.layers.map(\.size) == layers.map { UInt64($0.bytes.count) })
    #expect(events.layers.allSatisfy { !$0.isReused })
    #expect(summary.fetchedBytes == UInt64(events.received()))
  }

  @Test("tell which layers are reused, those that the image has twice among them")
  func reused() async throws {
    let fixture = try ImportFixture()
    let base = try ArchivedLayer(Self.base)
    let top = try ArchivedLayer(Self.top)
    _ = try await run(fixture, try StubSource([base], label: "1"), as: ["x"], Events())
    let events = Events()
    let source = try StubSource([base, top, top], label: "2")
    let summary = try await run(fixture, source, as: ["y"], events)
    #expect(events.layers.map(\.isReused) == [true, false, true])
    #expect(events.kinds.filter { $0.hasPrefix("started") } == ["started 2"])
    #expect(summary.fetchedLayers == 1 && summary.reusedLayers == 2)
    #expect(summary.fetchedBytes == UInt64(top.bytes.count))
  }

  @Test("give the dedup ratio: 1 for the first image, more for one that shares, none for nothing")
  func ratio() async throws {
    let fixture = try ImportFixture()
    let base = try ArchivedLayer(Self.base)
    let first = try await run(fixture, try StubSource([base], label: "1"), as: ["x"], Events())
    #expect(first.dedupRatio == 1)
    #expect(first.dataBytes == first.storedBytes && first.storedBytes > 20_000)
    let source = try StubSource([base, try ArchivedLayer(Self.top)], label: "2")
    let second = try await run(fixture, source, as: ["y"], Events())
    #expect(second.dataBytes == first.dataBytes + second.storedBytes)
    #expect((second.dedupRatio ?? 0) > 3)
    let third = try await run(fixture, try StubSource([base], label: "3"), as: ["z"], Events())
    #expect(third.storedBytes == 0 && third.dedupRatio == nil && third.dataBytes > 0)
  }

  @Test("are none for an image that is there, but that it was published if it was")
  func unchanged() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(Self.base)])
    _ = try await run(fixture, source, as: ["x"], Events())
    let same = Events()
    _ = try await run(fixture, source, as: ["x"], same)
    #expect(same.kinds.isEmpty)
    let named = Events()
    _ = try await run(fixture, source, as: ["y"], named)
    #expect(named.kinds == ["published y"])
  }

  @Test("tell that an import begins again, and then everything anew")
  func again() async throws {
    let (store, directory) = try memoryStore()
    let base = try ArchivedLayer(Self.base)
    let logger = RecordingLog().logger
    _ = try await Importer(store, logger: logger).run(
      ImportRequest(names: ["x"], text: "t"), from: try StubSource([base], label: "1"))
    let marked = Mutex(false)
    let gated = GatedDirectory(directory) { operation in
      // The image's object is being written: the layer's blocks have been found.
      guard operation.area == .images, operation.call == .link,
        !marked.withLock({ $0 })
      else { return .proceed }
      marked.withLock { $0 = true }
      _ = try? store.publish("mark") { (catalog) throws(StoreError) in
        catalog.marking(packs: Set(catalog.packs.map(\.id)), damaged: true)
      }
      return .proceed
    }
    let events = Events()
    let other = try Store.open(gated, surroundings: testSurroundings(pid: 7))
    let source = try StubSource([base], label: "2")
    let summary = try await Importer(other, logger: logger)
      .run(ImportRequest(names: ["y"], text: "t"), from: source) { events.add($0) }
    #expect(
      events.kinds == [
        "resolved", "linking", "again", "resolved", "started 1", "done 1", "linking",
        "published y",
      ])
    #expect(summary.fetchedBytes == UInt64(base.bytes.count))
  }
}
