internal import Digests
internal import Store

/// A block that has been looked up and, where it is new, compressed.
struct PreparedBlock: Sendable {
  /// What becomes of the block.
  enum Outcome: Sendable {
    /// A whole block of a file, with its number in the layer.
    case data(number: UInt32, BlockRecord)
    /// A fragment block, with its number in the layer.
    case fragment(number: UInt32, PreparedFragment)
  }

  var outcome: Outcome
  /// What must be stored for it; nil where everything is in the store already.
  var new: NewBlock?
}

/// A block that is to be appended to a pack.
struct NewBlock: Sendable {
  var record: BlockRecord
  var stored: [UInt8]
  var pieces: [PieceRecord]

  /// Where its pieces lie, by their content.
  var pieceLocations: some Sequence<(SHA256Digest, PieceLocation)> {
    pieces.lazy.map {
      (
        $0.content,
        PieceLocation(block: record.content, offset: $0.offset, length: $0.length)
      )
    }
  }
}

/// A fragment block in its canonical form, its pieces by the content of the blocks they lie in.
struct PreparedFragment: Sendable {
  /// A run of bytes of a block.
  struct Piece: Sendable {
    var block: BlockRecord
    var offset: UInt32
    var length: UInt32
  }

  var size: UInt32
  var storedSize: StoredSize
  var checksum: Checksum
  var pieces: [Piece]
}
