/// A table of metadata blocks in memory, and where each block of it ended up.
struct DecodedChain: Sendable {
  let table: Table
  let blocks: BlockMap
}

/// A table whose blocks the image lists, in memory.
struct DecodedList: Sendable {
  let table: Table
  /// Where in the image its first block lies; the table before it ends there.
  let firstBlock: UInt64
}

extension StoredMetadata {
  /// Decompresses metadata blocks that follow each other and fill a range of the image exactly.
  mutating func chain(
    from first: UInt64, to end: UInt64, _ structure: SquashFSError.Structure
  ) throws(SquashFSError) -> DecodedChain {
    let begin = try offset(of: first, structure)
    let limit = try offset(of: end, structure)
    var offsets: [Int] = []
    var next = begin
    while next < limit {
      offsets.append(next)
      next = try block(at: next, structure).bytes.upperBound
    }
    guard next == limit else { throw .corrupt(structure, .badSize) }
    let (memory, flats) = try decodeAll(offsets, structure)
    return DecodedChain(
      table: Table(memory: memory, structure: structure),
      blocks: BlockMap(starts: offsets.map { UInt32($0 - begin) }, flats: flats))
  }

  /// Decompresses a table whose blocks are listed.
  ///
  /// - Parameters:
  ///   - address: Where in the image the list of 64-bit block addresses starts.
  ///   - size: The size of the table in bytes, which the blocks must have exactly.
  mutating func list(
    at address: UInt64, size: UInt64, _ structure: SquashFSError.Structure
  ) throws(SquashFSError) -> DecodedList {
    let begin = try offset(of: address, structure)
    let count = (size + UInt64(Self.blockSize) - 1) / UInt64(Self.blockSize)
    guard count > 0, count <= UInt64(memory.count - begin) / 8 else {
      throw .corrupt(structure, .outOfBounds)
    }
    let stored = Table(memory: memory, structure: structure)
    var offsets: [Int] = []
    for index in 0..<Int(count) {
      offsets.append(try offset(of: stored.word64(begin + index * 8), structure))
    }
    let (memory, _) = try decodeAll(offsets, structure)
    guard UInt64(memory.count) == size else { throw .corrupt(structure, .badSize) }
    return DecodedList(
      table: Table(memory: memory, structure: structure),
      firstBlock: start + UInt64(offsets[0]))
  }

  /// Decompresses blocks one behind the other; also returns where each one starts.
  private mutating func decodeAll(
    _ offsets: [Int], _ structure: SquashFSError.Structure
  ) throws(SquashFSError) -> (FlatMemory, [UInt32]) {
    let capacity = offsets.count * Self.blockSize
    try reserve(UInt64(capacity), for: structure)
    let source = self
    var flats: [UInt32] = []
    flats.reserveCapacity(offsets.count)
    let memory = try FlatMemory(capacity: capacity) { (target) throws(SquashFSError) in
      var filled = 0
      for offset in offsets {
        flats.append(UInt32(filled))
        filled += try target.withPiece(filled..<filled + Self.blockSize) {
          (piece) throws(SquashFSError) in
          try source.decode(at: offset, into: &piece, structure)
        }
      }
      return filled
    }
    return (memory, flats)
  }
}
