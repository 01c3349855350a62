import Digests
import Failures
import ImageSamples
import OCI
import Registry
import Synchronization

@testable import Transports

/// An image source in memory that counts what is fetched and fails where it is told to.
struct StubSource: ImageSource {
  let description = "stub:image"
  let image: ResolvedImage
  private let blobs: [Digest: [UInt8]]
  private let pieceSize: Int
  private let failingAfter: Int?
  private let failing: Set<Int>?
  private let asked: @Sendable (Int) async -> Void
  let fetched = Counter()

  /// Makes an image of layers.
  ///
  /// - Parameters:
  ///   - label: Goes into the config, so that images differ.
  ///   - promised: A diff ID to promise for every layer instead of the right one.
  ///   - failingAfter: After how many bytes blobs fail.
  ///   - failing: The positions of the layers whose blobs do; all where it is nil.
  ///   - asked: Called with the position of each layer that is asked for, before it is given.
  init(
    _ layers: [ArchivedLayer], label: String = "", names: [String] = [], pieceSize: Int = 10_000,
    promised: Digest? = nil, failingAfter: Int? = nil, failing: Set<Int>? = nil,
    created: String = "2024-01-02T03:04:05Z",
    asked: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws {
    let described = layers.enumerated().map { index, layer in
      layer.described(at: index + 1, diffID: promised)
    }
    let json: JSONValue = [
      "architecture": "amd64", "os": "linux", "created": .string(created),
      "config": ["Labels": ["label": .string(label)], "Cmd": ["/bin/sh"]],
      "rootfs": [
        "type": "layers",
        "diff_ids": .array(described.map { .string($0.diffID.description) }),
      ],
    ]
    let manifest: JSONValue = [
      "schemaVersion": 2,
      "layers": .array(described.map { ["digest": .string($0.descriptor.digest.description)] }),
      "label": .string(label),
    ]
    image = ResolvedImage(
      manifest: Self.document(manifest, .ociManifest), indexes: [],
      configDocument: Self.document(json, .ociConfig), config: try ImageConfig(json),
      layers: described, names: names, platform: nil)
    blobs = Dictionary(
      zip(described, layers).map { ($0.descriptor.digest, $1.bytes) }
    ) { first, _ in first }
    self.pieceSize = pieceSize
    self.failingAfter = failingAfter
    self.failing = failing
    self.asked = asked
  }

  private static func document(_ json: JSONValue, _ type: MediaType) -> ImageDocument {
    ImageDocument(bytes: json.bytes, digest: .of(json.bytes.span.bytes), mediaType: type)
  }

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage { image }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    fetched.add()
    await asked(layer.position)
    let isFailing = failing?.contains(layer.position) ?? true
    let bytes = blobs[layer.descriptor.digest] ?? []
    let position = Position()
    return BlobStream { [pieceSize, failingAfter] in
      let start = position.advance(by: pieceSize)
      if isFailing, let failingAfter, start >= failingAfter {
        throw Failure(.registryUnreachable, "the stub fails here")
      }
      guard start < bytes.count else { return nil }
      return Array(bytes[start..<min(start + pieceSize, bytes.count)])
    }
  }

  func close() async {}

  var requestCount: Int { fetched.value }

  private final class Position: Sendable {
    private let state = Mutex(0)

    func advance(by count: Int) -> Int {
      state.withLock { value in
        defer { value += count }
        return value
      }
    }
  }
}
