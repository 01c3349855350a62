internal import Digests

extension StagingArea {
  /// Writes an index run of new packs, durably: sorted by content, each content once.
  ///
  /// - Returns: What the catalog is to list; nil when there are no packs.
  public func writeIndexRun(of packs: [SealedPack]) throws(StoreError) -> IndexRunRecord? {
    guard !packs.isEmpty else { return nil }
    var writer = try IndexRunWriter(self)
    for block in Self.sortedBlocks(of: packs) { try writer.append(block) }
    try writer.endBlocks()
    for piece in Self.sortedPieces(of: packs) { try writer.append(piece.content, piece.location) }
    return try writer.finish()
  }

  private static func sortedBlocks(of packs: [SealedPack]) -> [StoredBlock] {
    let all = packs.flatMap { pack in
      pack.trailer.blocks.enumerated().map { ordinal, block in
        StoredBlock(
          block: block.record,
          location: BlockLocation(
            pack: pack.record.id, offset: block.offset, ordinal: UInt32(clamping: ordinal)))
      }
    }
    return firstOfEach(all) { $0.block.content }
  }

  private static func sortedPieces(of packs: [SealedPack]) -> [IndexPieceRow] {
    let all = packs.flatMap { pack in
      pack.trailer.pieces.map { piece in
        IndexPieceRow(
          content: piece.record.content,
          location: PieceLocation(
            block: pack.trailer.blocks[Int(piece.block)].record.content,
            offset: piece.record.offset, length: piece.record.length))
      }
    }
    return firstOfEach(all) { $0.content }
  }

  /// The values ordered by key, the first where several have one.
  private static func firstOfEach<Value>(
    _ values: [Value], key: (Value) -> SHA256Digest
  ) -> [Value] {
    var seen: Set<SHA256Digest> = []
    return values.filter { seen.insert(key($0)).inserted }.sorted { key($0) < key($1) }
  }
}
