internal import Digests

extension StagingArea {
  /// Writes an index run of new packs, durably: sorted by content, each content once.
  ///
  /// - Returns: What the catalog is to list; nil when there are no packs.
  public func writeIndexRun(of packs: [SealedPack]) throws(StoreError) -> IndexRunRecord? {
    guard !packs.isEmpty else { return nil }
    var writer = try IndexRunWriter(self)
    let blocks = Self.firstOfEach(packs.flatMap(\.storedBlocks)) { $0.block.content }
    for block in blocks { try writer.append(block) }
    try writer.endBlocks()
    let pieces = Self.firstOfEach(packs.flatMap(\.pieceRows)) { $0.content }
    for piece in pieces { try writer.append(piece.content, piece.location) }
    return try writer.finish()
  }

  /// The values ordered by key, the first where several have one.
  private static func firstOfEach<Value>(
    _ values: [Value], key: (Value) -> SHA256Digest
  ) -> [Value] {
    var seen: Set<SHA256Digest> = []
    return values.filter { seen.insert(key($0)).inserted }.sorted { key($0) < key($1) }
  }
}
