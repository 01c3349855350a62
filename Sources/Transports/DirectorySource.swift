internal import Digests
internal import Logging
internal import OCI
internal import Registry
internal import SystemPackage

/// An image in a directory as skopeo and podman write it (`dir:`): `manifest.json`, and blobs
/// named by the digits of their digests.
///
/// There is no specification; this follows containers/image's `directory`. Where
/// `manifest.json` is an index, the manifests it names are `DIGITS.manifest.json`.
struct DirectorySource: ImageSource {
  private let container: DirectoryContainer
  private let manifest: [UInt8]
  private let logger: Logger
  let description: String

  private static let manifestName = "manifest.json"
  private static let versionName = "version"
  private static let knownVersion = "Directory Transport Version: 1."

  init(_ path: FilePath, name: String, logger: Logger) throws(TransportError) {
    container = try DirectoryContainer(path)
    guard let manifest = try container.read(Self.manifestName, limit: Manifest.sizeLimit) else {
      throw .wrongKind(
        path: path.string, expected: "a directory of the dir: transport",
        reason: "it has no file \(Self.manifestName)")
    }
    // skopeo reads directories without the file; another version may have other names.
    if let version = try container.read(Self.versionName, limit: 4096),
      !version.starts(with: Self.knownVersion.utf8)
    {
      throw .wrongKind(
        path: path.string, expected: "a directory of the dir: transport",
        reason: "its file \(Self.versionName) does not begin with '\(Self.knownVersion)'")
    }
    self.manifest = manifest
    description = name
    self.logger = logger
  }

  var requestCount: Int { 0 }

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage {
    let resolver = ImageResolver(
      requested: platform,
      read: { descriptor, _ in
        let suffix = descriptor.mediaType.isManifestOrIndex ? ".manifest.json" : ""
        let file = try file(descriptor.digest.hex + suffix)
        return try file.read(at: 0, count: Manifest.sizeLimit + 1)
      }, logger: logger)
    return try await resolver.resolve(
      manifest, digest: Digest.of(manifest.span.bytes), declared: nil,
      names: ["\(LocalName.repository(for: container.path)):latest"])
  }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    try file(layer.descriptor.digest.hex).stream
      .verified(against: layer.descriptor, document: "layer \(layer.position)")
      .comparingLabel(of: layer, logger: logger)
  }

  func close() async {}

  private func file(_ name: String) throws(TransportError) -> StoredFile {
    guard let file = try container.file(name) else {
      throw .missing(path: container.path.string, member: name)
    }
    return file
  }
}
