internal import Compression
internal import Digests
internal import Failures
internal import Flattening
internal import Logging
internal import OCI
internal import Store
internal import Transports

/// What imports that run at the same time share: what they know of the store, the layers they
/// fetch, and the packs they write.
///
/// Thread-safe. It lasts until the last of them ends or packs are collected that one counts on.
final class ImportSession: Sendable {
  /// The recipes of an image's layers, lowest first, and what it took to get them.
  struct Layers: Sendable {
    var recipes: [LayerRecipe] = []
    var fetched = 0
    var fetchedBytes: UInt64 = 0
    var storedBytes: UInt64 = 0
    var report = FlatteningReport()
  }

  /// How many layers are fetched at once.
  private static let layersAtOnce = 4

  let store: Store
  let staging: StagingArea
  let known: KnownContent
  let packs: ImportPacks
  let layerImport: LayerImport
  let sharing: LayerSharing
  let table = LayerTable()
  let slots = FetchSlots(layersAtOnce)
  let complete = CompleteLayers()
  let logger: Logger

  /// From how many blocks and pieces on a session takes so much memory that later imports should
  /// have another.
  private static let mostBlocks = 1 << 20

  /// Whether later imports should have another session.
  var isLarge: Bool { known.addedCount > Self.mostBlocks }

  init(
    _ store: Store, catalog: Catalog, purpose: String, sharing: LayerSharing,
    limits: StreamLimits, logger: Logger
  ) throws {
    self.store = store
    self.sharing = sharing
    self.logger = logger
    staging = try store.stage(purpose: purpose)
    known = KnownContent(try BlockIndex(loading: catalog, of: store))
    packs = ImportPacks(staging, known: known)
    layerImport = LayerImport(
      parameters: store.parameters, encoder: try BlockEncoder(store.parameters),
      limits: limits)
  }

  /// The recipes of all layers: those the store knows, and the others fetched, several at once.
  func layers(
    of image: ResolvedImage, from source: any ImageSource, _ request: ImportRequest,
    _ progress: @escaping ImportProgress
  ) async throws -> Layers {
    var known: [Digest: LayerRecipe] = [:]
    for layer in image.layers where known[layer.diffID] == nil {
      known[layer.diffID] = recipe(of: layer.diffID)
    }
    let missing = Self.firsts(of: image.layers.filter { known[$0.diffID] == nil })
    progress(Self.resolved(image, missing))
    var own: [ImageLayer] = []
    for layer in missing where await !table.isTaken(layer.diffID) { own.append(layer) }
    try requireSpace(for: own)
    var result = Layers()
    try await withThrowingTaskGroup(of: LayerFetch.Result.self) { group in
      for layer in missing {
        let fetch = LayerFetch(
          session: self, layer: layer, source: source, request: request, progress: progress)
        group.addTask { try await fetch.run() }
      }
      for try await layer in group {
        known[layer.recipe.diffID] = layer.recipe
        guard let fetched = layer.fetched else { continue }
        result.fetched += 1
        result.fetchedBytes += fetched.bytes
        result.storedBytes += fetched.storedBytes
        result.report += fetched.report
      }
    }
    result.recipes = image.layers.compactMap { known[$0.diffID] }
    return result
  }

  /// Layers without those whose content another one below has.
  private static func firsts(of layers: [ImageLayer]) -> [ImageLayer] {
    var seen: Set<Digest> = []
    return layers.filter { seen.insert($0.diffID).inserted }
  }

  private static func resolved(_ image: ResolvedImage, _ missing: [ImageLayer]) -> ImportEvent {
    let fetched = Set(missing.map(\.position))
    return .resolved(
      digest: image.manifest.digest,
      layers: image.layers.map {
        ImportedLayer(
          position: $0.position, digest: $0.descriptor.digest, size: $0.descriptor.size,
          isReused: !fetched.contains($0.position))
      })
  }

  /// Refuses what will not fit, before it is fetched; a file system that does not say what is left
  /// is taken to have enough.
  private func requireSpace(for missing: [ImageLayer]) throws(Failure) {
    guard !missing.isEmpty, let space = try? store.directory.freeSpace() else { return }
    try SpaceNeed(missing).require(space, in: store.directory.location)
  }

  /// A recipe whose blocks are all stored; any other layer is fetched again.
  func recipe(of diffID: Digest) -> LayerRecipe? {
    do throws(StoreError) {
      guard let recipe = try store.recipe(key(of: diffID)), recipe.diffID == diffID else {
        return nil
      }
      return recipe.blocks.allSatisfy({ known.location($0) != nil }) ? recipe : nil
    } catch {
      logger.warning(
        "a layer recipe cannot be used; the layer is fetched again",
        metadata: ["layer": "\(diffID)", "reason": "\(error.failure)"])
      return nil
    }
  }

  /// What a layer is called in the store.
  func key(of diffID: Digest) -> LayerKey {
    LayerKey(diffID: diffID, parameters: store.parameters)
  }
}
