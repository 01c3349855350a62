internal import Digests
internal import Logging
internal import OCI

/// Finds an image behind a manifest or index: the part that all transports share.
struct ImageResolver: Sendable {
  /// The platform somebody asked for, if somebody did.
  let requested: Platform?
  /// Reads a document of at most 4 MiB; need not check it.
  let read: @Sendable (Descriptor, _ document: String) async throws -> [UInt8]
  let logger: Logger

  /// How deep indexes may lie in indexes.
  private static let maximumDepth = 4

  private var platform: Platform { requested ?? .host }

  /// Finds the image behind a document that has been read already.
  func resolve(
    _ bytes: [UInt8], digest: Digest, declared: MediaType?, names: [String]
  ) async throws(TransportError) -> ResolvedImage {
    let document = try parse(bytes, declared)
    switch document {
    case .manifest(let manifest):
      let document = ImageDocument(bytes: bytes, digest: digest, mediaType: manifest.mediaType)
      return try await image(manifest, document, indexes: [], offered: nil, names: names)
    case .index(let index):
      let document = ImageDocument(bytes: bytes, digest: digest, mediaType: index.mediaType)
      guard let image = try await search(index, indexes: [document], names: names) else {
        throw .content(.noSuchPlatform(wanted: platform, available: index.platforms))
      }
      return image
    }
  }

  /// Finds the image among the entries of an index, which itself is no document of the image.
  func resolve(
    among entries: [Descriptor], of index: ImageIndex, names: [String]
  ) async throws(TransportError) -> ResolvedImage? {
    if entries.count == 1, let only = entries.first {
      let bytes = try await document(only, "the image manifest")
      return try await resolve(
        bytes, digest: only.digest, declared: only.mediaType, names: names)
    }
    let wanted = Set(entries)
    for entry in index.candidates(for: platform) where wanted.contains(entry) {
      if let image = try await image(behind: entry, indexes: [], names: names) { return image }
    }
    return nil
  }

  private func search(
    _ index: ImageIndex, indexes: [ImageDocument], names: [String]
  ) async throws(TransportError) -> ResolvedImage? {
    guard indexes.count <= Self.maximumDepth else {
      throw .content(.invalid(document: "the image index", reason: "indexes are nested too deeply"))
    }
    for entry in index.candidates(for: platform) {
      if let image = try await image(behind: entry, indexes: indexes, names: names) {
        return image
      }
    }
    return nil
  }

  /// The image behind an entry; nil where it leads to images for other platforms only.
  private func image(
    behind entry: Descriptor, indexes: [ImageDocument], names: [String]
  ) async throws(TransportError) -> ResolvedImage? {
    let bytes = try await document(entry, "the image manifest")
    switch try parse(bytes, entry.mediaType) {
    case .index(let index):
      let document = ImageDocument(bytes: bytes, digest: entry.digest, mediaType: index.mediaType)
      return try await search(index, indexes: indexes + [document], names: names)
    case .manifest(let manifest):
      let document = ImageDocument(
        bytes: bytes, digest: entry.digest, mediaType: manifest.mediaType)
      let image = try await image(
        manifest, document, indexes: indexes, offered: entry.platform, names: names)
      if entry.platform == nil, let found = image.platform, !platform.accepts(found) { return nil }
      logger.log(
        level: requested == nil ? .notice : .info, "an image was chosen from an index",
        metadata: ["platform": "\(image.platform ?? platform)", "manifest": "\(entry.digest)"])
      return image
    }
  }

  /// Reads the configuration of a manifest and puts the image together.
  private func image(
    _ manifest: Manifest, _ document: ImageDocument, indexes: [ImageDocument],
    offered: Platform?, names: [String]
  ) async throws(TransportError) -> ResolvedImage {
    let bytes = try await self.document(manifest.config, "the image configuration")
    let config: ImageConfig
    do { config = try ImageConfig(parsing: bytes) } catch { throw .content(error) }
    if indexes.isEmpty, offered == nil { try checkPlatform(config) }
    return ResolvedImage(
      manifest: document, indexes: indexes,
      configDocument: ImageDocument(
        bytes: bytes, digest: manifest.config.digest, mediaType: manifest.config.mediaType),
      config: config, layers: try layers(manifest, config), names: names,
      platform: config.platform ?? offered)
  }

  /// An image that was not chosen from an index is taken as it is, unless a platform was asked for.
  private func checkPlatform(_ config: ImageConfig) throws(TransportError) {
    guard let found = config.platform, !platform.accepts(found) else { return }
    if requested != nil {
      throw .content(.noSuchPlatform(wanted: platform, available: [found]))
    }
    logger.warning(
      "the image is for another platform", metadata: ["platform": "\(found)"])
  }

  private func layers(
    _ manifest: Manifest, _ config: ImageConfig
  ) throws(TransportError) -> [ImageLayer] {
    guard manifest.layers.count == config.diffIDs.count else {
      throw .content(
        .invalid(
          document: "the image",
          reason: "its manifest has \(manifest.layers.count) layers and its configuration "
            + "\(config.diffIDs.count)"))
    }
    return zip(manifest.layers, config.diffIDs).enumerated().map { index, layer in
      ImageLayer(descriptor: layer.0, diffID: layer.1, position: index + 1)
    }
  }

  private func document(
    _ descriptor: Descriptor, _ name: String
  ) async throws(TransportError) -> [UInt8] {
    do {
      guard descriptor.size <= Manifest.sizeLimit else {
        throw OCIError.tooLarge(
          document: name, size: descriptor.size, limit: UInt64(Manifest.sizeLimit))
      }
      let bytes = try await read(descriptor, name)
      try descriptor.verify(bytes, document: name)
      return bytes
    } catch { throw TransportError(error) }
  }

  private func parse(
    _ bytes: [UInt8], _ declared: MediaType?
  ) throws(TransportError) -> ManifestDocument {
    do { return try ManifestDocument(parsing: bytes, declared: declared) } catch {
      throw .content(error)
    }
  }
}
