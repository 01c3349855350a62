internal import Digests
internal import Logging
internal import OCI
internal import Registry
internal import SystemPackage

/// An image in an archive of `docker save`, `podman save` or skopeo (`docker-archive:`).
///
/// Such an archive has no manifest: an OCI manifest is made of its configuration and layers, the
/// same for the same archive. Layers are usually plain tars, whose digest is the diff ID; those
/// that are compressed are read once more to learn their digest.
struct DockerArchiveSource: ImageSource {
  private let container: ArchiveContainer
  private let image: DockerArchive.Image
  private let logger: Logger
  let description: String

  init(
    _ path: FilePath, image choice: String?, name: String, logger: Logger
  ) throws(TransportError) {
    container = try ArchiveContainer(path)
    guard
      let bytes = try container.read(DockerArchive.manifestName, limit: Manifest.sizeLimit)
    else {
      throw .wrongKind(
        path: path.string, expected: "a docker-archive",
        reason: "it has no file \(DockerArchive.manifestName)")
    }
    let images: [DockerArchive.Image]
    do { images = try DockerArchive.images(parsing: bytes) } catch { throw .content(error) }
    image = try Self.choose(choice, from: images, path: path.string)
    description = name
    self.logger = logger
  }

  var requestCount: Int { 0 }

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage {
    let path = container.path.string
    guard let config = try container.read(image.configName, limit: Manifest.sizeLimit) else {
      throw .missing(path: path, member: image.configName)
    }
    let digest = Digest.of(config.span.bytes)
    try checkConfigName(digest)
    let diffIDs: [Digest]
    do { diffIDs = try ImageConfig(parsing: config).diffIDs } catch { throw .content(error) }
    guard diffIDs.count == image.layerNames.count else {
      throw .content(
        .invalid(
          document: "the image",
          reason: "its archive has \(image.layerNames.count) layers and its configuration "
            + "\(diffIDs.count)"))
    }
    var layers: [Descriptor] = []
    for (name, diffID) in zip(image.layerNames, diffIDs) {
      layers.append(try layer(name, diffID))
    }
    let manifest = Manifest.bytes(
      config: Descriptor(mediaType: .ociConfig, digest: digest, size: UInt64(config.count)),
      layers: layers)
    let resolver = ImageResolver(requested: platform, read: { _, _ in config }, logger: logger)
    return try await resolver.resolve(
      manifest, digest: Digest.of(manifest.span.bytes), declared: .ociManifest, names: names)
  }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    guard image.layerNames.indices.contains(layer.position - 1) else {
      throw .missing(path: container.path.string, member: "layer \(layer.position)")
    }
    return try file(image.layerNames[layer.position - 1]).stream
      .verified(against: layer.descriptor, document: "layer \(layer.position)")
  }

  func close() async {}

  /// The names as full references; what is none is left out.
  private var names: [String] {
    image.names.compactMap { try? Reference(parsing: $0).imageName }
  }

  func file(_ name: String) throws(TransportError) -> StoredFile {
    guard let file = try container.file(name) else {
      throw .missing(path: container.path.string, member: name)
    }
    return file
  }

  /// The configuration's name is its digest in every archive that programs write.
  private func checkConfigName(_ actual: Digest) throws(TransportError) {
    let base = image.configName.split(separator: "/").last.map(String.init) ?? ""
    let hex = base.hasSuffix(".json") ? String(base.dropLast(5)) : base
    if let expected = try? Digest(validating: "sha256:\(hex)"), expected != actual {
      throw .content(
        .digestMismatch(
          document: "the image configuration", expected: expected, actual: actual))
    }
  }
}
