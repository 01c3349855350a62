internal import Logging
internal import OCI
internal import Registry

/// An image in a registry (`docker://`).
struct RegistrySource: ImageSource {
  private let repository: Repository
  private let logger: Logger

  init(_ reference: Reference, options: RegistryOptions, logger: Logger) throws(TransportError) {
    do {
      repository = try Repository(reference, options: options, logger: logger)
    } catch { throw .registry(error) }
    self.logger = logger
  }

  var description: String { "docker://\(repository.reference)" }

  var requestCount: Int { get async { await repository.requestCount } }

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage {
    try await resolve(platform: platform) { _ in nil }
  }

  func resolve(
    platform: Platform?, known: @escaping KnownDocument
  ) async throws(TransportError) -> ResolvedImage {
    let root: Repository.Document
    do { root = try await repository.manifest() } catch { throw .registry(error) }
    let resolver = ImageResolver(
      requested: platform,
      read: { descriptor, document in
        if let bytes = known(descriptor.digest) { return bytes }
        if descriptor.mediaType.isManifestOrIndex {
          return try await repository.manifest(descriptor).bytes
        }
        return try await repository.blob(descriptor, document: document)
          .collect(limit: Manifest.sizeLimit, document: document)
      }, logger: logger)
    return try await resolver.resolve(
      root.bytes, digest: root.digest, declared: root.mediaType,
      names: [repository.reference.imageName])
  }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    repository.blob(layer.descriptor, document: "layer \(layer.position)")
      .comparingLabel(of: layer, logger: logger)
  }

  func close() async { await repository.close() }
}
