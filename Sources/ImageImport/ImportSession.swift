internal import AdditionalImageStore
internal import Compression
internal import Digests
internal import Failures
internal import Flattening
internal import Logging
internal import OCI
internal import Registry
internal import SquashFS
internal import Store
internal import Transports

/// One attempt to import an image, from a known catalog to a published generation.
struct ImportSession: Sendable {
  /// The recipes of an image's layers, lowest first, and what it took to get them.
  struct Layers: Sendable {
    var recipes: [LayerRecipe] = []
    var newRecipes: [LayerRecipe] = []
    var fetched = 0
    var fetchedBytes: UInt64 = 0
    var report = FlatteningReport()
  }

  /// How many layers are fetched at once.
  private static let layersAtOnce = 4

  private let store: Store
  private let staging: StagingArea
  private let index: BlockIndex
  private let appender: PackAppender
  private let layerImport: LayerImport
  private let logger: Logger
  private let progress: ImportProgress
  private let received = ReceivedBytes()

  init(
    _ store: Store, staging: StagingArea, catalog: Catalog, logger: Logger,
    progress: @escaping ImportProgress
  ) throws {
    self.store = store
    self.staging = staging
    self.logger = logger
    self.progress = progress
    index = try BlockIndex(loading: catalog, of: store)
    let known = KnownContent(index)
    appender = PackAppender(staging, known: known)
    layerImport = LayerImport(
      parameters: store.parameters,
      preparation: BlockPreparation(known: known, encoder: try BlockEncoder(store.parameters)),
      appender: appender)
  }

  /// The recipes of all layers: those the store knows, and the others fetched, several at once.
  func layers(
    of image: ResolvedImage, from source: any ImageSource
  ) async throws -> Layers {
    var known: [Digest: LayerRecipe] = [:]
    for layer in image.layers where known[layer.diffID] == nil {
      known[layer.diffID] = recipe(of: layer.diffID)
    }
    let missing = Self.firsts(of: image.layers.filter { known[$0.diffID] == nil })
    announce(image, missing)
    try requireSpace(for: missing)
    var result = Layers()
    let fetched = try await fetch(missing, from: source)
    for (diffID, layer) in fetched {
      known[diffID] = layer.recipe
      result.report += layer.report
      result.newRecipes.append(layer.recipe)
    }
    result.fetched = fetched.count
    result.fetchedBytes = received.count
    result.recipes = image.layers.compactMap { known[$0.diffID] }
    return result
  }

  /// Layers without those whose content another one below has.
  private static func firsts(of layers: [ImageLayer]) -> [ImageLayer] {
    var seen: Set<Digest> = []
    return layers.filter { seen.insert($0.diffID).inserted }
  }

  private func announce(_ image: ResolvedImage, _ missing: [ImageLayer]) {
    let fetched = Set(missing.map(\.position))
    progress(
      .resolved(
        digest: image.manifest.digest,
        layers: image.layers.map {
          ImportedLayer(
            position: $0.position, digest: $0.descriptor.digest, size: $0.descriptor.size,
            isReused: !fetched.contains($0.position))
        }))
  }

  /// Refuses what will not fit, before it is fetched; a file system that does not say what is left
  /// is taken to have enough.
  private func requireSpace(for missing: [ImageLayer]) throws(Failure) {
    guard !missing.isEmpty, let space = try? store.directory.freeSpace() else { return }
    try SpaceNeed(missing).require(space, in: store.directory.location)
  }

  /// A recipe whose blocks are all stored; any other layer is fetched again.
  private func recipe(of diffID: Digest) -> LayerRecipe? {
    let key = LayerKey(diffID: diffID, parameters: store.parameters)
    do throws(StoreError) {
      guard let recipe = try store.recipe(key), recipe.diffID == diffID else { return nil }
      return recipe.blocks.allSatisfy({ index.block($0.content) != nil }) ? recipe : nil
    } catch {
      logger.warning(
        "a layer recipe cannot be used; the layer is fetched again",
        metadata: ["layer": "\(diffID)", "reason": "\(error.failure)"])
      return nil
    }
  }

  /// Fetches layers of different content.
  private func fetch(
    _ layers: [ImageLayer], from source: any ImageSource
  ) async throws -> [Digest: LayerImport.Result] {
    try await withThrowingTaskGroup(of: (Digest, LayerImport.Result).self) { group in
      var results: [Digest: LayerImport.Result] = [:]
      for (number, layer) in layers.enumerated() {
        if number >= Self.layersAtOnce, let (done, result) = try await group.next() {
          results[done] = result
        }
        group.addTask { (layer.diffID, try await self.fetch(layer, from: source)) }
      }
      for try await (done, result) in group { results[done] = result }
      return results
    }
  }

  private func fetch(
    _ layer: ImageLayer, from source: any ImageSource
  ) async throws -> LayerImport.Result {
    progress(.layerStarted(position: layer.position))
    let stream = try await source.blob(layer)
    let result: LayerImport.Result
    do { result = try await read(stream, layer) } catch {
      guard let again = await stream.restarted(after: error) else {
        throw await stream.cause(of: error)
      }
      do { result = try await read(again, layer) } catch { throw await again.cause(of: error) }
    }
    progress(.layerDone(position: layer.position))
    return result
  }

  private func read(
    _ stream: BlobStream, _ layer: ImageLayer
  ) async throws -> LayerImport.Result {
    try await layerImport.run(stream, diffID: layer.diffID) {
      received.add($0)
      progress(.received(position: layer.position, bytes: $0))
    }
  }

  /// Links the layers and publishes the image under its names.
  func publish(
    _ layers: Layers, _ documents: ImageDocuments, _ request: ImportRequest,
    _ summary: inout ImportSummary
  ) throws {
    let packs = try appender.seal()
    var complete = index
    for pack in packs { complete.add(pack) }
    var linker = try ImageLinker(store.parameters)
    for recipe in layers.recipes { try linker.add(recipe) }
    var linked = try linker.link { complete.block($0)?.location }
    let listed = documents.complete(&linked.object, contentSize: linked.contentSize)
    let record = ImageRecord(
      object: try staging.write(linked.object), rootIdentity: linked.object.rootIdentity,
      names: summary.names, digests: documents.digests,
      attributes: [ListedImage.attribute: listed.attributeValue],
      logicalSize: linked.contentSize, created: documents.created,
      access: request.rule(in: store.description.access))
    let run = try staging.writeIndexRun(of: packs)
    let text = request.logText(id: record.id, names: summary.names)
    try store.publish(text, staging: staging) { catalog throws(StoreError) in
      let extended = catalog.adding(packs: packs.map(\.record))
      let added = try (run.map { extended.adding(run: $0) } ?? extended)
        .adding(record, using: linked.object.packs)
      let named = try request.originated(record.id, summary.names, since: catalog, in: added)
      return try request.applied(to: record.id, in: named)
    }
    progress(.published(id: record.id, names: summary.names))
    tidy(layers.newRecipes)
    summary.contentSize = linked.contentSize
    summary.dataBytes = linked.object.dataEnd - UInt64(linked.object.head.count)
    summary.storedBytes = appender.byteCount
    summary.report += linked.report
  }

  /// What makes later imports faster: the image is there already, whatever becomes of this.
  private func tidy(_ recipes: [LayerRecipe]) {
    do throws(StoreError) {
      for recipe in recipes { try staging.write(recipe) }
      try store.mergeIndexRuns(staging)
    } catch {
      logger.warning(
        "the image is in the store, but layer recipes or the block index could not be written",
        metadata: ["reason": "\(error.failure)"])
    }
  }
}
