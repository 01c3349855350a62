import Compression
import Digests
import Failures
import ImageImport
import Linux
import Logging
import OCI
import Registry
import Store
import SystemPackage
import Testing

@testable import Transports

/// What all transports have in common, seen from outside: one image, and one way to refuse.
@Suite(
  "Every transport",
  .enabled(if: TestRegistry.tools, "docker-registry, skopeo, umoci and podman make the images"))
struct SourceFormTests {
  private let sample: SampleImage

  init() throws { sample = try SampleImage.shared.get() }

  private func open(_ name: String) throws -> any ImageSource {
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    options.retries = 0
    return try SourceName(parsing: name).open(options: options, logger: Logger(label: "test"))
  }

  /// What reading the whole image fails with; nil when it does not.
  private func failure(_ name: String) async throws -> Failure? {
    let source = try open(name)
    do {
      for layer in try await source.resolve(platform: nil).layers {
        for try await _ in try await source.blob(layer) {}
      }
      await source.close()
      return nil
    } catch {
      await source.close()
      let error = try #require(error as? any FailureConvertible, "\(error)")
      return error.failure
    }
  }

  @Test("refuses a layer that is not what was promised", arguments: SourceForm.allCases)
  func damage(form: SourceForm) async throws {
    for damage in SourceForm.Damage.allCases {
      let copy = try form.copy(sample, damage)
      let code = try await failure(copy.name)?.code
      switch damage {
      case .none: #expect(code == nil)
      // docker-registry itself answers for some of these.
      case _ where form == .registry && damage != .changed: #expect(code != nil, "\(damage)")
      case .changed, .shorter, .longer: #expect(code == .digestMismatch, "\(damage)")
      case .missing: #expect(code == .imageInvalid)
      }
    }
  }

  @Test("says that there is no such image", arguments: SourceForm.allCases)
  func unknown(form: SourceForm) async throws {
    let copy = try form.copy(sample, .none)
    do {
      _ = try await open(copy.unknownName).resolve(platform: nil)
      Issue.record("\(copy.unknownName) was found")
    } catch let error as TransportError { #expect(error.failure.code == .sourceNotFound) }
  }

  @Test(
    "refuses documents that were changed", arguments: [SourceForm.layout, .directory, .storage])
  func documents(form: SourceForm) async throws {
    let config = try await open("oci:\(sample.path("layout"))").resolve(platform: nil)
      .configDocument.digest
    let copy = try form.copy(sample, .none)
    let place = copy.name.drop { $0 != "/" }.prefix { $0 != "]" && $0 != ":" }
    // Older configurations lie in the layout too, so the digest decides.
    try shell(
      """
      cd '\(place)'
      f=$(grep -rlF '"architecture":"amd64"' . | while read -r f; do
        if [ "$(sha256sum <"$f" | cut -c1-64)" = \(config.hex) ]; then echo "$f"; fi
      done)
      sed -i s/amd64/arm64/ "$f"
      """)
    #expect(try await failure(copy.name)?.code == .digestMismatch)
  }

  @Test("gives the same configuration and diff IDs", arguments: SourceForm.allCases)
  func same(form: SourceForm) async throws {
    let layout = try await open("oci:\(sample.path("layout"))").resolve(platform: nil)
    let copy = try form.copy(sample, .none)
    let source = try open(copy.name)
    let image = try await source.resolve(platform: nil)
    await source.close()
    #expect(image.configDocument.digest == layout.configDocument.digest)
    #expect(image.layers.map(\.diffID) == layout.layers.map(\.diffID))
    if form != .dockerArchive { #expect(image.manifest == layout.manifest) }
  }

  @Test("imports to the same root blob")
  func rootBlob() async throws {
    var identities: [String: SHA256Digest] = [:]
    for form in SourceForm.allCases {
      let work = try TemporaryDirectory()
      let store = try Store.create(
        at: PosixDirectory(work.file("store")),
        parameters: StoreParameters(blockSize: 4096, compressor: .zstd, level: 3))
      let copy = try form.copy(sample, .none)
      let source = try open(copy.name)
      _ = try await Importer(store, logger: Logger(label: "test"))
        .run(ImportRequest(names: ["x"], text: "test"), from: source)
      await source.close()
      identities[form.rawValue] = try store.newest().image("x").rootIdentity
    }
    #expect(Set(identities.values).count == 1, "\(identities)")
    #expect(identities.count == SourceForm.allCases.count)
  }
}
