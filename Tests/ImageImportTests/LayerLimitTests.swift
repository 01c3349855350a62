import Compression
import Failures
import ImageSamples
import Registry
import Testing
import Transports

@testable import ImageImport

/// Bombs are stopped by size and by ratio, as far as whoever imports wishes.
@Suite("Limits of layers")
struct LayerLimitTests {
  private func refusal(_ limits: StreamLimits, _ layer: ArchivedLayer) async throws -> Failure? {
    let fixture = try ImportFixture()
    let importer = Importer(fixture.store, limits: limits, logger: fixture.log.logger)
    do {
      _ = try await importer.run(
        ImportRequest(names: ["x"], text: "import x"), from: try StubSource([layer]))
      return nil
    } catch { return Failure(presenting: error) }
  }

  @Test("a layer is as long as is allowed, and no longer", arguments: ArchivedLayer.Form.allCases)
  func size(form: ArchivedLayer.Form) async throws {
    let layer = try ArchivedLayer(["a": SampleBytes.text(100_000, seed: 1)], form: form)
    let plain = try ArchivedLayer(["a": SampleBytes.text(100_000, seed: 1)])
    let size = UInt64(plain.bytes.count)
    #expect(try await refusal(StreamLimits(maximumOutput: size), layer) == nil)
    let failure = try await refusal(StreamLimits(maximumOutput: size - 1), layer)
    #expect(failure?.code == .imageInvalid)
    #expect(failure?.nextStep?.contains("--max-layer-size") == true)
  }

  @Test("a layer grows as often as is allowed", arguments: [ArchivedLayer.Form.gzip, .zstd])
  func ratio(form: ArchivedLayer.Form) async throws {
    let layer = try ArchivedLayer(
      ["zeros": [UInt8](repeating: 0, count: 2_000_000)], form: form)
    #expect(
      try await refusal(StreamLimits(maximumRatio: 100_000, freeOutput: 4096), layer) == nil)
    let failure = try await refusal(StreamLimits(maximumRatio: 10, freeOutput: 4096), layer)
    #expect(failure?.code == .imageInvalid)
    #expect(failure?.nextStep?.contains("--max-ratio") == true)
  }

  @Test("the bomb of the fixtures goes off for whoever allows it, and does no harm")
  func allowedBomb() async throws {
    let fixture = try ImportFixture()
    let path = FixtureFiles.path("reject/images/bomb.tar")
    let source = try SourceName(parsing: "oci-archive:\(path)")
      .open(options: RegistryOptions(), logger: fixture.log.logger)
    let importer = Importer(
      fixture.store, limits: StreamLimits(maximumRatio: .max), logger: fixture.log.logger)
    let summary = try await importer.run(
      ImportRequest(names: ["x"], text: "import x"), from: source)
    await source.close()
    // Zeros are the end of an archive of nothing.
    #expect(summary.contentSize == 0)
  }
}
