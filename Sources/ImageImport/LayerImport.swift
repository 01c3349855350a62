internal import Compression
internal import Digests
internal import Flattening
internal import OCI
internal import Registry
internal import Store
internal import Tar

/// Turns the stream of one layer into stored blocks and a recipe.
///
/// How the layer is compressed is told by its first bytes, whatever its label says. What is
/// decompressed is cut into blocks at once, and no more blocks are under way than there are to keep
/// every core busy.
struct LayerImport: Sendable {
  /// What came of a layer.
  struct Result: Sendable {
    var recipe: LayerRecipe
    var report: FlatteningReport
    /// How many stored bytes the store needs for it.
    var storedBytes: UInt64
  }

  /// How many blocks of one layer may be under way at once.
  private static let blocksUnderWay = 16

  let parameters: StoreParameters
  let encoder: BlockEncoder
  let limits: StreamLimits

  /// Reads a layer to its end.
  ///
  /// - Parameters:
  ///   - stream: The layer's bytes as the source has them, checked against their digest.
  ///   - diffID: What the uncompressed bytes must have as digest.
  ///   - content: Where blocks are looked up and new ones go.
  ///   - received: Called with the number of bytes of each piece that arrived.
  /// - Throws: Everything that can go wrong; nothing is published by then.
  func run(
    _ stream: BlobStream, diffID: Digest, content: LayerContent,
    received: @Sendable (Int) -> Void
  ) async throws -> Result {
    var reading = LayerReading(
      diffID: diffID, blockSize: Int(parameters.blockSize), limits: limits)
    var recipe = RecipeAssembler()
    let preparation = BlockPreparation(known: content, encoder: encoder)
    var work = OrderedWork(limit: Self.blocksUnderWay) { preparation($0) }
    for try await piece in stream {
      try Task.checkCancellation()
      received(piece.count)
      reading.give(piece)
      while let blocks = try reading.next() {
        for block in blocks {
          if let done = await work.give(block) { try commit(done, content, &recipe) }
        }
      }
    }
    let (entries, blocks, report) = try reading.finish()
    for block in blocks {
      if let done = await work.give(block) { try commit(done, content, &recipe) }
    }
    while let done = await work.take() { try commit(done, content, &recipe) }
    try content.flush()
    return Result(
      recipe: recipe.recipe(diffID: diffID, parameters: parameters, entries: entries),
      report: report, storedBytes: content.storedBytes)
  }

  private func commit(
    _ block: PreparedBlock, _ content: LayerContent, _ recipe: inout RecipeAssembler
  ) throws(StoreError) {
    if let new = block.new { try content.append(new) }
    recipe.add(block.outcome)
  }
}
