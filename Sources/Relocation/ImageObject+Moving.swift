internal import Store

extension ImageObject {
  /// The object with its blocks where they went.
  ///
  /// - Parameters:
  ///   - vacated: The packs whose blocks are to be moved.
  ///   - moves: Where these went.
  /// - Returns: Nil when a block of those packs was not moved.
  func moved(outOf vacated: Set<PackID>, by moves: BlockMoves) -> ImageObject? {
    var result = self
    result.packs = []
    var indices: [PackID: UInt32] = [:]
    for index in blocks.indices {
      var location = location(of: blocks[index])
      if vacated.contains(location.pack) {
        guard
          let new = moves.location(
            of: blocks[index].record, ordinal: location.ordinal, in: location.pack)
        else { return nil }
        location = new
      }
      let pack = indices[location.pack] ?? UInt32(clamping: result.packs.count)
      if indices.updateValue(pack, forKey: location.pack) == nil {
        result.packs.append(location.pack)
      }
      result.blocks[index].pack = pack
      result.blocks[index].offset = location.offset
      result.blocks[index].ordinal = location.ordinal
    }
    return result
  }
}
