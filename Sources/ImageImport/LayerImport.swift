internal import Compression
internal import Digests
internal import Failures
internal import Flattening
internal import OCI
internal import Registry
internal import Store
internal import Tar

/// Turns the stream of one layer into stored blocks and a recipe.
///
/// How the layer is compressed is told by its first bytes, whatever its label says. Memory is bounded whatever the layer's size: what is decompressed is cut into blocks at once,
/// and no more blocks are under way than there are to keep every core busy.
struct LayerImport: Sendable {
  /// What came of a layer.
  struct Result: Sendable {
    var recipe: LayerRecipe
    var report: FlatteningReport
  }

  /// How many blocks of one layer may be under way at once.
  private static let blocksUnderWay = 16

  let parameters: StoreParameters
  let preparation: BlockPreparation
  let appender: PackAppender

  /// Reads a layer to its end.
  ///
  /// - Parameters:
  ///   - stream: The layer's bytes as the source has them, checked against their digest.
  ///   - diffID: What the uncompressed bytes must have as digest.
  ///   - received: Called with the number of bytes of each piece that arrived.
  /// - Throws: Everything that can go wrong; nothing is published by then.
  func run(
    _ stream: BlobStream, diffID: Digest,
    received: @Sendable (Int) -> Void
  ) async throws -> Result {
    var reading: LayerReading?
    var recipe = RecipeAssembler()
    var work = OrderedWork(limit: Self.blocksUnderWay) { [preparation] in preparation($0) }
    for try await piece in stream {
      try Task.checkCancellation()
      received(piece.count)
      if reading == nil {
        let format = StreamFormat.detect(piece.span.bytes)
        reading = LayerReading(format, diffID: diffID, blockSize: Int(parameters.blockSize))
      }
      for block in try reading?.consume(piece) ?? [] {
        if let done = await work.give(block) { try commit(done, &recipe) }
      }
    }
    if reading == nil {
      reading = LayerReading(.plain, diffID: diffID, blockSize: Int(parameters.blockSize))
    }
    guard let ended = reading.take() else {
      throw Failure(.internalError, "a layer was read without a reader")
    }
    let (entries, blocks, report) = try ended.finish()
    for block in blocks {
      if let done = await work.give(block) { try commit(done, &recipe) }
    }
    while let done = await work.take() { try commit(done, &recipe) }
    return Result(
      recipe: recipe.recipe(diffID: diffID, parameters: parameters, entries: entries),
      report: report)
  }

  private func commit(
    _ block: PreparedBlock, _ recipe: inout RecipeAssembler
  ) throws(StoreError) {
    if let new = block.new { try appender.append(new) }
    recipe.add(block.outcome)
  }
}
