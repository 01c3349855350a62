public import Digests

/// A fragment block of a root blob (firn-store(5), "Fragment block").
///
/// Its canonical form is a pure function of the layer and the store's parameters; its content need
/// not be stored as one block: a piece says where each run of it lies.
public struct FragmentBlock: Hashable, Sendable {
  /// The number of bytes of content, at most the block size.
  public var size: UInt32
  /// The size word of the canonical compressed form.
  public var storedSize: StoredSize
  /// The checksum of the canonical compressed form.
  public var checksum: Checksum
  /// Where the content lies, in order; the lengths add up to ``size``.
  public var pieces: [Piece]

  /// Makes a fragment block.
  public init(size: UInt32, storedSize: StoredSize, checksum: Checksum, pieces: [Piece]) {
    self.size = size
    self.storedSize = storedSize
    self.checksum = checksum
    self.pieces = pieces
  }

  /// The block that is this fragment block, where it is stored as such.
  public func wholeBlock(in blocks: some RandomAccessCollection<BlockRecord>) -> UInt32? {
    guard pieces.count == 1, let piece = pieces.first, piece.offset == 0 else { return nil }
    guard Int(piece.block) < blocks.count else { return nil }
    let block = blocks[blocks.index(blocks.startIndex, offsetBy: Int(piece.block))]
    guard block.size == size, block.checksum == checksum else { return nil }
    return block.storedSize == storedSize ? piece.block : nil
  }
}
