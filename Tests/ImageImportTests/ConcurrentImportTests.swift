import Failures
import ImageSamples
import StoreSimulation
import Synchronization
import Testing

@testable import ImageImport
@testable import Store

@Suite("Imports at the same time")
struct ConcurrentImportTests {
  @Test("of different images into one store all succeed")
  func different() async throws {
    let fixture = try ImportFixture()
    let shared = try ArchivedLayer(["shared": SampleBytes.noise(20_000, seed: 1)])
    let sources = try (0..<6).map { index in
      try StubSource(
        [shared, try ArchivedLayer(["own": [UInt8(index)]])], label: "\(index)")
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, source) in sources.enumerated() {
        group.addTask { try await fixture.run(source, as: ["image-\(index)"]) }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.store.newest().images.count == 6)
    for index in 0..<6 {
      #expect(try fixture.content("own", of: "image-\(index)") == [UInt8(index)])
      #expect(
        try fixture.content("shared", of: "image-\(index)") == SampleBytes.noise(20_000, seed: 1))
    }
    #expect(fixture.store.check(.data).isEmpty)
    #expect(try fixture.files("staging").isEmpty)
  }

  @Test("of one image under different names give one image with all of them")
  func same() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(["a": SampleBytes.noise(20_000, seed: 1)])])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<5 {
        group.addTask { try await fixture.run(source, as: ["name-\(index)"]) }
      }
      try await group.waitForAll()
    }
    let images = try fixture.store.newest().images
    #expect(images.count == 1)
    #expect(images.first?.names == (0..<5).map { "name-\($0)" })
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test("that give a name to an image while it is removed bring it back")
  func removedMeanwhile() async throws {
    let (store, directory) = try memoryStore()
    let source = try StubSource([try ArchivedLayer(["a": SampleBytes.noise(20_000, seed: 1)])])
    let request = ImportRequest(names: ["one"], text: "import one")
    let first = try await Importer(store, logger: RecordingLog().logger).run(request, from: source)
    let removed = Mutex<Result<Catalog, StoreError>?>(nil)
    let gated = GatedDirectory(directory) { operation in
      // The image has been found when its object is read.
      guard operation.area == .images, removed.withLock({ $0 == nil }) else { return .proceed }
      let result = Result { () throws(StoreError) in
        try store.publish("remove") { (catalog) throws(StoreError) in
          try catalog.removing(image: first.id)
        }
      }
      removed.withLock { $0 = result }
      return .proceed
    }
    let other = try Store.open(gated, surroundings: testSurroundings(pid: 7))
    _ = try await Importer(other, logger: RecordingLog().logger).run(
      ImportRequest(names: ["two"], text: "import two"), from: source)
    _ = try #require(removed.withLock { $0 }).get()
    #expect(try store.newest().images.map(\.names) == [["two"]])
    #expect(store.check(.data).isEmpty)
  }
}
