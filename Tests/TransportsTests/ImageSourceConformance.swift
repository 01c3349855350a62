import Digests
import Failures
import Linux
import Logging
import OCI
import Registry
import SystemPackage
import Testing

@testable import Transports

/// What every source of the sample image must do, whatever its transport.
struct ImageSourceConformance {
  let name: String
  let sample: SampleImage
  var options = RegistryOptions()

  private func open() throws -> any ImageSource {
    try SourceName(parsing: name).open(options: options, logger: Logger(label: "test"))
  }

  /// Runs all checks.
  func check() async throws {
    let source = try open()
    #expect(source.description == name)
    let image = try await source.resolve(platform: nil)
    try checkDocuments(image)
    for layer in image.layers { try await checkLayer(layer, source) }
    try await checkParallelReading(image, source)
    try await checkPlatforms(image, source)
    await source.close()
    let again = try open()
    let second = try await again.resolve(platform: nil)
    #expect(second == image, "the same source gives the same image")
    await again.close()
  }

  private func checkDocuments(_ image: ResolvedImage) throws {
    #expect(image.manifest.digest == Digest.of(image.manifest.bytes.span.bytes))
    #expect(image.configDocument.digest == Digest.of(image.configDocument.bytes.span.bytes))
    #expect(image.layers.map(\.diffID.description) == sample.diffIDs)
    #expect(image.config.diffIDs == image.layers.map(\.diffID))
    #expect(image.layers.map(\.position) == [1, 2, 3])
    #expect(image.platform?.description == "linux/amd64")
    #expect(image.config.labels == ["a": "b"])
    #expect(!image.names.isEmpty)
    for name in image.names { _ = try Reference(parsing: name) }
    let document = try ManifestDocument(
      parsing: image.manifest.bytes, declared: image.manifest.mediaType)
    guard case .manifest(let manifest) = document else {
      Issue.record("the manifest is an index")
      return
    }
    #expect(manifest.config.digest == image.configDocument.digest)
    // A storage keeps layers unpacked, whatever form the manifest says they had.
    let plain = image.layers.map {
      Descriptor(mediaType: .ociLayer, digest: $0.diffID, size: $0.descriptor.size)
    }
    let isStorage = name.hasPrefix("containers-storage:")
    #expect((isStorage ? plain : manifest.layers) == image.layers.map(\.descriptor))
    #expect(image.digests.contains(image.manifest.digest))
  }

  /// Reads a layer and lets other programs decompress and hash it.
  private func checkLayer(_ layer: ImageLayer, _ source: any ImageSource) async throws {
    let bytes = try await source.blob(layer).collect(limit: 1 << 24, document: "layer")
    #expect(UInt64(bytes.count) == layer.descriptor.size)
    let file = sample.directory.file("read-\(UInt64.random(in: 0...UInt64.max))")
    try OwnedDescriptor(opening: file, [.writeOnly, .create]).writeAll(bytes.span.bytes)
    defer { _ = try? Paths.unlink(file) }
    let program =
      switch layer.descriptor.mediaType.layerCompression {
      case .gzip: "gzip -dc"
      case .zstd: "zstd -dc"
      default: "cat"
      }
    let hash = try shell("\(program) <'\(file)' | sha256sum | cut -c1-64")
    #expect("sha256:\(hash.filter { !$0.isWhitespace })" == layer.diffID.description)
  }

  private func checkParallelReading(
    _ image: ResolvedImage, _ source: any ImageSource
  ) async throws {
    let sizes = try await withThrowingTaskGroup(of: UInt64.self) { group in
      for layer in image.layers + image.layers {
        group.addTask {
          var size: UInt64 = 0
          for try await piece in try await source.blob(layer) {
            #expect(!piece.isEmpty)
            size += UInt64(piece.count)
          }
          return size
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sizes == 2 * image.layers.reduce(0) { $0 + $1.descriptor.size })
  }

  private func checkPlatforms(_ image: ResolvedImage, _ source: any ImageSource) async throws {
    let same = try await source.resolve(platform: try Platform(parsing: "linux/amd64"))
    #expect(same == image)
    let error = await #expect(throws: TransportError.self) {
      try await source.resolve(platform: try Platform(parsing: "linux/s390x"))
    }
    #expect(error?.failure.code == .sourceNotFound)
    #expect("\(String(describing: error))".contains("linux/amd64"))
  }
}
