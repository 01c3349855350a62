internal import Digests

/// The fragment blocks of a recipe or image object as bytes (firn-store(5), "Fragment block").
enum FragmentTable {
  private static let smallestRecord = 28 + 12

  static func encode(_ fragments: [FragmentBlock]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(UInt32(fragments.count))
    for fragment in fragments {
      writer.append(fragment.checksum)
      writer.append(fragment.storedSize.rawValue)
      writer.append(fragment.size)
      writer.append(UInt32(fragment.pieces.count))
      for piece in fragment.pieces {
        writer.append(piece.block)
        writer.append(piece.offset)
        writer.append(piece.length)
      }
    }
    return writer.bytes
  }

  static func decode(_ reader: inout ByteReader) throws(FormatError) -> [FragmentBlock] {
    let count = try reader.count(ofItemsOf: smallestRecord)
    var fragments: [FragmentBlock] = []
    fragments.reserveCapacity(count)
    for _ in 0..<count {
      let checksum = try reader.checksum()
      let word = try reader.integer(UInt32.self)
      let size = try reader.integer(UInt32.self)
      let pieces = try decodePieces(&reader)
      fragments.append(
        FragmentBlock(
          size: size, storedSize: StoredSize(rawValue: word), checksum: checksum, pieces: pieces))
    }
    try reader.finish()
    return fragments
  }

  private static func decodePieces(_ reader: inout ByteReader) throws(FormatError) -> [Piece] {
    let count = try reader.count(ofItemsOf: 12)
    var pieces: [Piece] = []
    pieces.reserveCapacity(count)
    for _ in 0..<count {
      let block = try reader.integer(UInt32.self)
      let offset = try reader.integer(UInt32.self)
      let length = try reader.integer(UInt32.self)
      pieces.append(Piece(block: block, offset: offset, length: length))
    }
    return pieces
  }

  /// Throws unless every fragment block is whole and lies in the blocks, whose sizes are given.
  static func validate(
    _ fragments: [FragmentBlock], blockSize: UInt32, blockCount: Int,
    sizeOfBlock: (Int) -> UInt32
  ) throws(FormatError) {
    for fragment in fragments {
      guard fragment.size <= blockSize,
        fragment.storedSize.isPossible(forContent: fragment.size)
      else { throw .invalid("a fragment block has an impossible size") }
      var total: UInt64 = 0
      for piece in fragment.pieces {
        guard Int(piece.block) < blockCount, piece.length > 0,
          UInt64(piece.offset) + UInt64(piece.length) <= UInt64(sizeOfBlock(Int(piece.block)))
        else { throw .invalid("a piece lies outside its block") }
        total += UInt64(piece.length)
      }
      guard total == UInt64(fragment.size) else {
        throw .invalid("the pieces of a fragment block do not add up")
      }
    }
  }
}
