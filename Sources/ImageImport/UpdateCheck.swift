internal import AdditionalImageStore
public import Digests
internal import Failures
internal import OCI
internal import Registry
public import Store
public import Transports

/// Says whether the registry that an image came from has something newer under the same name.
///
/// Writes nothing.
public struct UpdateCheck: Sendable {
  /// What was found.
  public struct Finding: Hashable, Sendable {
    /// What the image was called by whoever asked.
    public let name: String
    /// The id of the store's image.
    public let id: String
    /// The source that was asked.
    public let source: String
    /// The digest of the manifest that the source has.
    public let digest: Digest
    /// Whether that is another image than the store's.
    public let isNewer: Bool
  }

  private let store: Store
  private let catalog: Catalog

  /// Prepares a check of images of the newest catalog.
  public init(_ store: Store) throws(StoreError) {
    self.store = store
    catalog = try store.newest()
  }

  /// Asks about one image; while nothing is newer, one request for a manifest is enough.
  ///
  /// - Parameters:
  ///   - name: What `Catalog.image(_:)` finds the image by.
  ///   - open: Opens a source, which is closed here.
  /// - Throws: `StoreError`, `TransportError`, or `Failure` when nobody knows whom to ask.
  public func run(
    _ name: String, open: (SourceName) throws -> any ImageSource
  ) async throws -> Finding {
    let image = try catalog.image(name)
    let origin = try Self.origin(of: image, name)
    let known = KnownDocuments(store, catalog)
    let source = try open(try SourceName(parsing: origin.source))
    do {
      let found = try await source.resolve(
        platform: try platform(of: image, origin)
      ) { known.document($0) }
      await source.close()
      return Finding(
        name: name, id: image.id, source: origin.source, digest: found.manifest.digest,
        isNewer: !image.digests.contains("\(found.manifest.digest)"))
    } catch {
      await source.close()
      throw Self.deletion(error) ?? error
    }
  }

  /// What was there once and is not found now was not misspelt.
  private static func deletion(_ error: any Error) -> Failure? {
    let failure = Failure(presenting: error)
    guard case TransportError.registry = error, failure.code == .sourceNotFound else { return nil }
    return Failure(
      failure.code, failure.sentence, cause: failure.cause,
      nextStep: "It was deleted or renamed there: ask whoever publishes it; "
        + "the store's image stays as it is")
  }

  /// The origin of the name; of an id, digest, or name that was only given in the store, the one
  /// that all names of the image share.
  private static func origin(of image: ImageRecord, _ name: String) throws -> ImageOrigin {
    let origins = ImageOrigins(of: image)
    if image.names.contains(name), let origin = origins.origin(of: name) { return origin }
    let isLocal = image.names.contains(where: origins.isLocal)
    let isOwn = image.names.contains(name) && origins.isLocal(name)
    let all = Set(image.names.compactMap { origins.origin(of: $0) })
    if all.count == 1, !isLocal, let only = all.first { return only }
    guard !isLocal || (!isOwn && !all.isEmpty) else {
      throw Failure(
        .sourceNotFound, "'\(name)' came from files, so there is no registry to ask",
        nextStep: "Import it from a registry, with firn import --name, to have it checked")
    }
    throw Failure(
      .sourceNotFound, "it is not known where '\(name)' came from",
      cause: all.isEmpty
        ? nil : "its names came from \(all.count + (isLocal ? 1 : 0)) places",
      nextStep: all.isEmpty
        ? "Import it again from a registry, with firn import --name"
        : "Ask about one of its names, which firn inspect shows")
  }

  /// The platform that was asked for, or else the image's own: this machine may be of another kind.
  private func platform(of image: ImageRecord, _ origin: ImageOrigin) throws -> Platform? {
    if let text = origin.platform { return try Platform(parsing: text) }
    let documents = try store.imageObject(image.object).documents
    guard let bytes = documents[DocumentName.config],
      let own = try? ImageConfig(parsing: bytes).platform
    else { return nil }
    return Platform(os: own.os, architecture: own.architecture)
  }
}
