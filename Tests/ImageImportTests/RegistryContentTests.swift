import Digests
import Failures
import ImageSamples
import OCI
import Testing

@Suite("An import of content that a registry has but should not", .timeLimit(.minutes(5)))
struct RegistryContentTests {
  private typealias Part = ServedImage.Part
  private typealias Step = FaultyRegistry.Step

  private let image: ServedImage

  init() throws { image = try FaultyImport.image() }

  /// Content that is wrong although every digest in front of it is right.
  enum ContentFault: String, CaseIterable {
    case truncated, wrongChecksum, wrongDiffID, noArchive, noise, emptyBlob
    case configNoise, configList, configNumbers, fewerDiffIDs

    func image(_ layer: ArchivedLayer) throws -> ServedImage {
      let bytes = layer.bytes
      func config(_ diffIDs: [JSONValue]) -> [UInt8] {
        let json: JSONValue = [
          "architecture": "amd64", "os": "linux",
          "rootfs": ["type": "layers", "diff_ids": .array(diffIDs)],
        ]
        return json.bytes
      }
      switch self {
      case .truncated: return ServedImage(layer, blob: Array(bytes.dropLast(20)))
      case .wrongChecksum:
        var other = bytes
        other[bytes.count - 6] ^= 1
        return ServedImage(layer, blob: other)
      case .wrongDiffID: return ServedImage(layer, promising: .of([UInt8]().span.bytes))
      case .noArchive:
        let noise = SampleBytes.noise(5000, seed: 9)
        return ServedImage(layer, promising: .of(noise.span.bytes), blob: noise)
      case .noise: return ServedImage(layer, blob: SampleBytes.noise(5000, seed: 9))
      case .emptyBlob: return ServedImage(layer, blob: [])
      case .configNoise: return ServedImage(layer, config: SampleBytes.noise(500, seed: 3))
      case .configList: return ServedImage(layer, config: Array("[[[[[[1e999]]]]]]".utf8))
      case .configNumbers: return ServedImage(layer, config: config([1, 2]))
      case .fewerDiffIDs: return ServedImage(layer, config: config([]))
      }
    }
  }

  @Test(
    "content that is not what it should be is refused at once", arguments: ContentFault.allCases)
  func content(fault: ContentFault) async throws {
    let image = try fault.image(try FaultyImport.layer())
    let registry = try FaultyRegistry { request, _ in image.answer(request) }
    let outcome = try await FaultyImport(registry, of: image, reference: "@\(image.manifestDigest)")
    let code = try #require(outcome.failure).code
    #expect(code == .imageInvalid || code == .digestMismatch, "\(code)")
    #expect(outcome.waits.isEmpty)
    for path in Set(registry.requests.map(\.path)) where path.contains("sha256") {
      #expect(registry.requests.count { $0.path == path } == 1)
    }
  }

  @Test(
    "a manifest of any Content-Type is known by what it says itself",
    arguments: [
      nil, "", "text/html", "application/octet-stream", "application/json; charset=utf-8",
      "application/vnd.oci.image.manifest.v1+json; charset=utf-8",
      "application/vnd.docker.distribution.manifest.list.v2+json",
    ] as [String?])
  func contentTypes(type: String?) async throws {
    let registry = try FaultyRegistry { [image] request, _ in
      guard request.path == image.path(of: .manifest) else { return image.answer(request) }
      let headers = type.map { ["Content-Type": $0] } ?? [:]
      return [.response(200, headers, body: image.manifest)]
    }
    #expect(try await FaultyImport(registry, of: image).failure == nil)
  }

  @Test(
    "a layer whose media type is wrong is read as what it is, with a warning",
    arguments: [
      (MediaType("application/vnd.oci.image.layer.v1.tar"), true),
      (MediaType("application/vnd.oci.image.layer.v1.tar+zstd"), true),
      (MediaType("application/vnd.oci.image.layer.v1.tar+gzip"), false),
      (MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip"), false),
    ])
  func labels(type: MediaType, isWrong: Bool) async throws {
    let image = ServedImage(try FaultyImport.layer(), mediaType: type)
    let registry = try FaultyRegistry { request, _ in image.answer(request) }
    let outcome = try await FaultyImport(registry, of: image)
    #expect(outcome.failure == nil)
    #expect(outcome.log.contains { $0.hasPrefix("warning") && $0.contains("gzip") } == isWrong)
  }

  @Test("a manifest that is noise is refused", arguments: ["", "{", "[]", "null", "\u{0}"])
  func noise(text: String) async throws {
    let registry = try FaultyRegistry { [image] request, _ in
      request.path == "/v2/a/b/manifests/t"
        ? [.response(200, body: Array(text.utf8))] : image.answer(request)
    }
    #expect(
      try await FaultyImport(registry, of: image, reference: ":t").failure?.code == .imageInvalid)
  }
}
