internal import AdditionalImageStore
internal import Digests
internal import Failures
internal import Flattening
internal import Logging
internal import OCI
internal import Store
internal import Transports

extension ImportSession {
  /// How many stored bytes of a small layer are gathered before they go to the packs that small
  /// layers share.
  private static let gathered = 16 << 20

  /// Where the content of a layer goes.
  func content(of layer: ImageLayer) -> LayerContent {
    let isLarge = sharing.isLarge(layer)
    return LayerContent(
      known, row: packs.row(isLarge: isLarge), gathering: isLarge ? 0 : Self.gathered)
  }

  /// A layer that the store has by now, though it had not when the session looked.
  func newest(_ diffID: Digest) throws(StoreError) -> LayerRecipe? {
    let path = StorePath(.layers, key(of: diffID).description)
    guard try store.size(of: path) != nil else { return nil }
    try known.load(try store.newest(), of: store)
    return recipe(of: diffID)
  }

  /// Notes that a layer is complete, and publishes it, with others that are, when it is large or
  /// they are together.
  func note(_ recipe: LayerRecipe, of layer: ImageLayer, _ request: ImportRequest) throws {
    let size = layer.descriptor.size
    try publish(
      complete.add(.init(recipe: recipe, size: size), limit: sharing.smallest), request)
  }

  /// Publishes the layers that are complete, where an import ends early for a reason that may not
  /// last; what cannot be published now is fetched again some time.
  func keepComplete(_ request: ImportRequest, after error: any Error) {
    guard Self.mayPass(error) else { return }
    do { try publish(complete.take(), request) } catch {
      logger.notice(
        "layers that are complete could not be kept; they will be fetched again",
        metadata: ["reason": "\(Failure(presenting: error))"])
    }
  }

  /// Whether the same import may succeed later.
  private static func mayPass(_ error: any Error) -> Bool {
    guard !(error is CancellationError) else { return true }
    return [.registryUnreachable, .unauthorized, .tryAgain, .interrupted]
      .contains(Failure(presenting: error).code)
  }

  private func publish(_ layers: [CompleteLayers.Layer], _ request: ImportRequest) throws {
    guard !layers.isEmpty else { return }
    do {
      try publish(layers.map(\.recipe), request)
    } catch {
      // Another import of the session may have them, and better luck.
      complete.restore(layers)
      throw error
    }
  }

  private func publish(_ recipes: [LayerRecipe], _ request: ImportRequest) throws {
    let sealed = try packs.sealed(holding: recipes.lazy.flatMap(\.blocks))
    if let run = try staging.writeIndexRun(of: sealed) {
      let ids = recipes.map { "\($0.diffID)" }.joined(separator: " ")
      let layers = recipes.count == 1 ? "layer" : "layers"
      try store.publish("\(request.text): \(layers) \(ids)", staging: staging) { catalog in
        catalog.adding(packs: sealed.map(\.record)).adding(run: run)
      }
      packs.notePublished(sealed)
    }
    for recipe in recipes { try staging.write(recipe) }
  }

  /// Links the layers and publishes the image under its names.
  func publish(
    _ layers: Layers, _ documents: ImageDocuments, _ request: ImportRequest,
    _ summary: inout ImportSummary
  ) throws {
    var linker = try ImageLinker(store.parameters)
    for recipe in layers.recipes { try linker.add(recipe) }
    let merged = try linker.merged()
    let sealed = try packs.sealed(holding: layers.recipes.lazy.flatMap(\.blocks))
    var linked = try merged.located { known.location($0) }
    let listed = documents.complete(&linked.object, contentSize: linked.contentSize)
    let record = ImageRecord(
      object: try staging.write(linked.object), rootIdentity: linked.object.rootIdentity,
      names: summary.names, digests: documents.digests,
      attributes: [ListedImage.attribute: listed.attributeValue],
      logicalSize: linked.contentSize, created: documents.created,
      access: request.rule(in: store.description.access))
    let run = try staging.writeIndexRun(of: sealed)
    let text = request.logText(id: record.id, names: summary.names)
    try store.publish(text, staging: staging) { catalog throws(StoreError) in
      let extended = catalog.adding(packs: sealed.map(\.record))
      let added = try (run.map { extended.adding(run: $0) } ?? extended)
        .adding(record, using: linked.object.packs)
      let named = try request.originated(record.id, summary.names, since: catalog, in: added)
      return try request.applied(to: record.id, in: named)
    }
    packs.notePublished(sealed)
    tidy(complete.take(Set(layers.recipes.map(\.diffID))))
    summary.contentSize = linked.contentSize
    summary.dataBytes = linked.object.dataEnd - UInt64(linked.object.head.count)
    summary.report += linked.report
  }

  /// What makes later imports faster: the image is there already, whatever becomes of this.
  private func tidy(_ layers: [CompleteLayers.Layer]) {
    do throws(StoreError) {
      for layer in layers { try staging.write(layer.recipe) }
      try store.mergeIndexRuns(staging)
    } catch {
      logger.warning(
        "the image is in the store, but layer recipes or the block index could not be written",
        metadata: ["reason": "\(error.failure)"])
    }
  }
}
