internal import AdditionalImageStore
public import Compression
internal import Digests
internal import Failures
internal import Flattening
public import Logging
internal import OCI
internal import Registry
internal import SquashFS
public import Store
public import Transports

/// Imports images into a store: fetches what is not known, links, publishes.
///
/// Nothing of an image is visible before the last step, which publishes it whole; whatever stops an
/// import before leaves layers that are complete, which another import need not fetch, and staged
/// files, which the next command clears. Imports that run at the same time fetch each layer once.
public struct Importer: Sendable {
  let store: Store
  let logger: Logger
  private let sharing: LayerSharing
  private let limits: StreamLimits
  private let session = SharedSession()

  /// Makes an importer for a store.
  ///
  /// - Parameter limits: What each layer may cost.
  public init(
    _ store: Store, sharing: LayerSharing = LayerSharing(), limits: StreamLimits = StreamLimits(),
    logger: Logger
  ) {
    self.limits = limits
    self.store = store
    self.sharing = sharing
    self.logger = logger
  }

  /// Imports one image; several may be imported at the same time.
  ///
  /// When packs that it counts on are collected meanwhile, it begins again, with what is left.
  ///
  /// - Throws: Everything that the source, the layers and the store may throw, all of it
  ///   `FailureConvertible`.
  public func run(
    _ request: ImportRequest, from source: any ImageSource,
    progress: @escaping ImportProgress = { _ in }
  ) async throws -> ImportSummary {
    let known = KnownDocuments(store, try store.newest())
    let image = try await source.resolve(platform: request.platform) { known.document($0) }
    let documents = ImageDocuments(image)
    if request.isRepair { try requireKnown(documents.id, request) }
    // A reference by digest alone names nothing; its image is found by the digest.
    let names =
      request.isRepair
      ? [] : request.names.isEmpty ? image.names.filter(ImageName.isValid) : request.names
    for _ in 0..<3 {
      do {
        return try await attempt(request, names, image, documents, source, progress)
      } catch StoreError.packsGone {
        logger.notice("packs were collected during the import; beginning again")
        progress(.beganAgain)
      }
    }
    throw Failure(
      .tryAgain, "the store's packs were collected three times during the import",
      nextStep: "Import the image again when no collection is running")
  }

  private func requireKnown(_ id: String, _ request: ImportRequest) throws {
    guard try store.newest().images.contains(where: { $0.id == id }) else {
      throw Failure(
        .sourceNotFound, "what \(request.text) found is not an image of the store",
        nextStep: "Name the image by its digest, NAME@sha256:..., which firn inspect shows")
    }
  }

  private func attempt(
    _ request: ImportRequest, _ names: [String], _ image: ResolvedImage,
    _ documents: ImageDocuments, _ source: any ImageSource, _ progress: @escaping ImportProgress
  ) async throws -> ImportSummary {
    let catalog = try store.newest()
    if let known = try reuse(catalog, names, documents, request, progress) { return known }
    let session = try self.session.enter {
      try ImportSession(
        store, catalog: catalog, purpose: request.text, sharing: sharing, limits: limits,
        logger: logger)
    }
    defer { self.session.leave(session) }
    do {
      // An older session does not know what others have published since.
      try session.known.load(catalog, of: store)
      let summary = try await link(
        request, names, image, documents, source, progress, in: session)
      if session.isLarge { self.session.retire(session) }
      return summary
    } catch {
      session.keepComplete(request, after: error)
      if case StoreError.packsGone = error { self.session.retire(session) }
      throw error
    }
  }

  private func link(
    _ request: ImportRequest, _ names: [String], _ image: ResolvedImage,
    _ documents: ImageDocuments, _ source: any ImageSource, _ progress: @escaping ImportProgress,
    in session: ImportSession
  ) async throws -> ImportSummary {
    let layers = try await session.layers(of: image, from: source, request, progress)
    progress(.linking)
    var summary = ImportSummary(
      names: names, id: documents.id, digest: documents.manifestDigest)
    summary.layers = layers.recipes.count
    summary.fetchedLayers = layers.fetched
    summary.fetchedBytes = layers.fetchedBytes
    summary.storedBytes = layers.storedBytes
    summary.report = layers.report
    try session.publish(layers, documents, request, &summary)
    progress(.published(id: summary.id, names: names))
    return summary
  }

  /// Whether the object of an image can be read and counts on no pack that is known to be damaged;
  /// if not, the image is linked anew.
  private func isSound(_ image: ImageRecord, in catalog: Catalog) -> Bool {
    let damaged = Set(catalog.packs.filter(\.isDamaged).map(\.number))
    guard damaged.isDisjoint(with: image.packs) else {
      logger.notice("an image counts on damaged packs and is imported anew")
      return false
    }
    do throws(StoreError) {
      _ = try store.imageObject(image.object)
      return true
    } catch {
      logger.warning(
        "an image object cannot be read and is written anew",
        metadata: ["reason": "\(error.failure)"])
      return false
    }
  }

  /// One open of each pack: what counts on one that is gone or cut off is not there already.
  ///
  /// - Throws: `missing` or `damaged`; `packsGone` when the pack was collected meanwhile.
  private func requirePacks(of image: ImageRecord, in catalog: Catalog) throws(StoreError) {
    let numbers = Set(image.packs)
    for pack in catalog.packs where numbers.contains(pack.number) {
      do throws(StoreError) {
        let size = try store.pack(pack.id).size
        guard size == pack.size else { throw .damaged(pack.path, .truncated) }
      } catch {
        guard try store.newest().packs.contains(where: { $0.id == pack.id }) else {
          throw .packsGone([pack.id])
        }
        throw error
      }
    }
  }

  /// Only names an image that the store has already, and changes who sees it where that was asked.
  private func reuse(
    _ catalog: Catalog, _ names: [String], _ documents: ImageDocuments, _ request: ImportRequest,
    _ progress: ImportProgress
  ) throws -> ImportSummary? {
    let found = catalog.images.first {
      $0.id == documents.id && Set(documents.digests).isSubset(of: $0.digests)
    }
    guard let found, isSound(found, in: catalog) else { return nil }
    try requirePacks(of: found, in: catalog)
    var summary = ImportSummary(
      names: names, id: documents.id, digest: documents.manifestDigest)
    summary.layers = documents.layerCount
    summary.contentSize = found.logicalSize
    summary.wasUnchanged =
      Set(names).isSubset(of: found.names) && !request.changesRule(of: found)
      && !request.changesOrigins(of: found, names)
      && (request.isRepair || !found.names.isEmpty || found.formerNames.isEmpty)
    guard !summary.wasUnchanged else { return summary }
    let text = request.logText(id: documents.id, names: names)
    let published = try store.publish(text) { catalog throws(StoreError) in
      guard catalog.images.contains(where: { $0.id == documents.id }) else { return catalog }
      var result = catalog
      for name in names { result = try result.tagging(documents.id, as: name) }
      if !request.isRepair { result = try result.claiming(documents.id) }
      result = try request.originated(documents.id, names, since: catalog, in: result)
      return try request.applied(to: documents.id, in: result)
    }
    if published.images.contains(where: { $0.id == documents.id }) {
      if request.changesRule(of: found) {
        summary.newAccess = try published.image(documents.id).access
      }
      progress(.published(id: documents.id, names: names))
      return summary
    }
    logger.notice("the image was removed during the import and is linked anew")
    return nil
  }
}
