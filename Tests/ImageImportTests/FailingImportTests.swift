import Compression
import Digests
import Failures
import ImageSamples
import Linux
import Store
import SystemPackage
import Tar
import Testing

@testable import ImageImport

@Suite("An import that fails")
struct FailingImportTests {
  private let files = [
    "a": SampleBytes.noise(50_000, seed: 1), "b": SampleBytes.text(900, seed: 2),
  ]

  /// Expects that an import throws and leaves the store as it was.
  private func expectFailure(
    _ source: StubSource, in fixture: ImportFixture, _ check: (any Error) -> Bool
  ) async throws {
    let before = try fixture.store.newest()
    do {
      try await fixture.run(source, as: ["x"])
      Issue.record("it should have failed")
    } catch {
      #expect(check(error), "\(error)")
      #expect(error is any FailureConvertible, "\(error)")
    }
    #expect(try fixture.store.newest() == before)
    for area in ["staging", "packs", "images", "layers", "index"] {
      #expect(try fixture.files(area).isEmpty, "\(area)")
    }
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test(
    "because a layer is not what the config promises leaves nothing",
    arguments: ArchivedLayer.Form.allCases)
  func wrongDiffID(form: ArchivedLayer.Form) async throws {
    let source = try StubSource(
      [try ArchivedLayer(files, form: form)], promised: .of([UInt8]([1]).span.bytes))
    try await expectFailure(source, in: try ImportFixture()) {
      ($0 as? any FailureConvertible)?.failure.code == .digestMismatch
    }
  }

  @Test(
    "because the source fails in the middle leaves nothing",
    arguments: [0, 100, 30_000, 50_000])
  func failingSource(after count: Int) async throws {
    let source = try StubSource(
      [try ArchivedLayer(files)], pieceSize: 100, failingAfter: count)
    try await expectFailure(source, in: try ImportFixture()) {
      ($0 as? any FailureConvertible)?.failure.code == .registryUnreachable
    }
  }

  @Test("because one of several layers is no archive leaves nothing")
  func oneOfMany() async throws {
    let layers = try (0..<8).map { try ArchivedLayer(["f\($0)": SampleBytes.noise(5000, seed: 9)]) }
    let bad = ArchivedLayer(bytes: SampleBytes.noise(80_000, seed: 1), try ArchivedLayer(files))
    let source = try StubSource(layers + [bad])
    try await expectFailure(source, in: try ImportFixture()) { _ in true }
  }

  @Test("because a layer is cut short leaves nothing", arguments: ArchivedLayer.Form.allCases)
  func truncated(form: ArchivedLayer.Form) async throws {
    let whole = try ArchivedLayer(files, form: form)
    let cut = ArchivedLayer(bytes: Array(whole.bytes.dropLast(whole.bytes.count / 2)), whole)
    try await expectFailure(try StubSource([cut]), in: try ImportFixture()) { _ in true }
  }

  @Test("because a layer is no archive leaves nothing")
  func garbage() async throws {
    let bytes = SampleBytes.noise(5000, seed: 1)
    let garbage = ArchivedLayer(bytes: bytes, try ArchivedLayer(files))
    try await expectFailure(try StubSource([garbage]), in: try ImportFixture()) { _ in true }
  }

  @Test("because it was cancelled leaves nothing")
  func cancelled() async throws {
    let fixture = try ImportFixture()
    let layer = try ArchivedLayer(["large": SampleBytes.noise(2_000_000, seed: 1)])
    let source = try StubSource([layer], pieceSize: 50)
    let task = Task { try await fixture.run(source, as: ["x"]) }
    while source.fetched.value == 0 { await Task.yield() }
    task.cancel()
    let result = await task.result
    #expect(throws: (any Error).self) { _ = try result.get() }
    #expect(try fixture.store.newest().images.isEmpty)
    #expect(try fixture.files("packs").isEmpty)
  }

  @Test("can be repeated with success, and needs no name to be free")
  func repeated() async throws {
    let fixture = try ImportFixture()
    let layer = try ArchivedLayer(files)
    try await expectFailure(
      try StubSource([layer], failingAfter: 30_000), in: fixture
    ) { _ in true }
    try await fixture.run(try StubSource([layer]), as: ["x"])
    #expect(try fixture.content("a", of: "x") == files["a"])
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test("does not keep a damaged recipe from being replaced")
  func damagedRecipe() async throws {
    let fixture = try ImportFixture()
    let layer = try ArchivedLayer(files)
    try await fixture.run(try StubSource([layer], label: "1"), as: ["one"])
    let name = try #require(try fixture.files("layers").first)
    let path = fixture.directory.path.appending("store/layers/\(name)")
    var bytes = try readBytes(path)
    bytes[bytes.count / 2] ^= 1
    try OwnedDescriptor(opening: path, .writeOnly).writeAll(bytes.span.bytes, at: 0)
    let source = try StubSource([layer], label: "2")
    let summary = try await fixture.run(source, as: ["two"])
    #expect(summary.fetchedLayers == 1)
    #expect(fixture.log.lines.count { $0.contains("fetched again") } == 1)
    #expect(try fixture.content("a", of: "two") == files["a"])
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test("by a name that is none is refused")
  func badName() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(files)])
    await #expect(throws: StoreError.self) { try await fixture.run(source, as: ["no good"]) }
    #expect(try fixture.store.newest().images.isEmpty)
  }
}

extension ArchivedLayer {
  /// Other bytes under the name of a layer.
  init(bytes: [UInt8], _ layer: ArchivedLayer) {
    self.bytes = bytes
    diffID = layer.diffID
  }
}
