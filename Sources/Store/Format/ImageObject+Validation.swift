extension ImageObject {
  /// Throws unless every index, size and sum is possible, so that using the object cannot trap.
  public func validate() throws(FormatError) {
    try parameters.validate()
    guard packs.count == Set(packs).count else { throw .invalid("a pack is listed twice") }
    for block in blocks {
      try block.record.validate(blockSize: parameters.blockSize)
      guard Int(block.pack) < packs.count else { throw .invalid("a block lies in no pack") }
      guard block.offset >= PackTrailer.firstOffset, block.offset < 1 << 62 else {
        throw .invalid("a block lies at an impossible offset")
      }
    }
    try FragmentTable.validate(
      fragments, blockSize: parameters.blockSize, blockCount: blocks.count,
      sizeOfBlock: { blocks[$0].record.size })
    for extent in extents {
      switch extent {
      case .block(let index):
        guard Int(index) < blocks.count else { throw .invalid("an extent names no block") }
      case .fragment(let index):
        guard Int(index) < fragments.count else { throw .invalid("an extent names no fragment") }
      }
    }
  }
}
