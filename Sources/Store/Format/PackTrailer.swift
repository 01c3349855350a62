/// The table at the end of a pack: every block in it, and every piece in those
/// (firn-store(5), "Packs").
public struct PackTrailer: Hashable, Sendable {
  /// A block of the pack.
  public struct Block: Hashable, Sendable {
    /// The block.
    public var record: BlockRecord
    /// The offset of its stored bytes in the pack's file.
    public var offset: UInt64

    /// Makes a block of a pack.
    public init(record: BlockRecord, offset: UInt64) {
      self.record = record
      self.offset = offset
    }
  }

  /// A piece of a block of the pack.
  public struct Piece: Hashable, Sendable {
    /// The piece.
    public var record: PieceRecord
    /// The index of the block in ``PackTrailer/blocks``.
    public var block: UInt32

    /// Makes a piece.
    public init(record: PieceRecord, block: UInt32) {
      self.record = record
      self.block = block
    }
  }

  /// How the content was cut and compressed.
  public var parameters: StoreParameters
  /// The blocks in the order of their offsets, which leave no gap.
  public var blocks: [Block]
  /// The pieces, in the order of their blocks.
  public var pieces: [Piece]
  /// Who wrote the pack (firn-store(5), "Writer").
  public var writer: WriterToken

  /// Makes a trailer.
  public init(
    parameters: StoreParameters, blocks: [Block], pieces: [Piece], writer: WriterToken = .none
  ) {
    self.writer = writer
    self.parameters = parameters
    self.blocks = blocks
    self.pieces = pieces
  }
}
