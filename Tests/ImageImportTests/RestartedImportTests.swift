import Digests
import Failures
import ImageSamples
import Linux
import OCI
import Store
import SystemPackage
import Testing

@testable import ImageImport
@testable import Registry
@testable import Transports

/// A source whose layers arrive damaged the first times they are read, as over a bad line.
private struct DamagingSource: ImageSource {
  let description = "damaging:image"
  let whole: StubSource
  /// How often each layer is damaged.
  let times: Int
  /// Which byte of a layer is another, counted from its end.
  let distance: Int

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage { whole.image }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    await stream(layer, attempt: 1)
  }

  private func stream(_ layer: ImageLayer, attempt: Int) async -> BlobStream {
    let bytes = (try? await whole.blob(layer).collect(limit: 1 << 30, document: "layer")) ?? []
    var damaged = bytes
    if attempt <= times { damaged[bytes.count - distance] ^= 0x55 }
    let rest = Pieces(damaged)
    let again: @Sendable () async -> BlobStream = { await stream(layer, attempt: attempt + 1) }
    return BlobStream(again: attempt == 1 ? again : nil) { rest.next() }
      .verified(against: layer.descriptor, document: "layer \(layer.position)")
  }

  func close() async {}

  var requestCount: Int { whole.requestCount }
}

private final class Pieces: Sendable {
  private let bytes: [UInt8]
  private let position = Counter()

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func next() -> [UInt8]? {
    let start = position.value * 1000
    position.add()
    return start < bytes.count ? Array(bytes[start..<min(start + 1000, bytes.count)]) : nil
  }
}

@Suite("A layer that arrives damaged")
struct RestartedImportTests {
  private let files = [
    "a": SampleBytes.noise(50_000, seed: 1), "b": SampleBytes.text(9000, seed: 2),
  ]

  @Test(
    "once is read once more, wherever the damage shows first",
    arguments: ArchivedLayer.Form.allCases, [1, 5000, 40_000])
  func once(form: ArchivedLayer.Form, distance: Int) async throws {
    let source = try StubSource([try ArchivedLayer(files, form: form)])
    let fixture = try ImportFixture()
    let summary = try await Importer(fixture.store, logger: fixture.log.logger).run(
      ImportRequest(names: ["x"], text: "import"),
      from: DamagingSource(whole: source, times: 1, distance: distance))
    #expect(source.fetched.value == 2)
    #expect(summary.names == ["x"])
    // What arrived or was stored in vain is not counted twice. Damage in the last byte, a checksum
    // or padding, changes no content; elsewhere it may have been stored as a block or two.
    let clean = try await ImportFixture().run(
      try StubSource([try ArchivedLayer(files, form: form)]), as: ["x"])
    #expect(clean.storedBytes > 0 && summary.storedBytes >= clean.storedBytes)
    #expect(summary.storedBytes < clean.storedBytes * 2)
    if distance == 1 { #expect(summary.storedBytes == clean.storedBytes) }
    #expect(summary.fetchedBytes == clean.fetchedBytes)
    for (path, content) in files { #expect(try fixture.content(path, of: "x") == content) }
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test("twice is an error, and nothing is published")
  func twice() async throws {
    let source = try StubSource([try ArchivedLayer(files)])
    let fixture = try ImportFixture()
    let before = try fixture.store.newest()
    await #expect(throws: (any Error).self) {
      try await Importer(fixture.store, logger: fixture.log.logger).run(
        ImportRequest(names: ["x"], text: "import"),
        from: DamagingSource(whole: source, times: 2, distance: 20_000))
    }
    #expect(source.fetched.value == 2)
    #expect(try fixture.store.newest() == before)
  }
}
