public import Digests

/// A run of bytes in a block's content (firn-store(5), "Fragment block").
public struct Piece: Hashable, Sendable {
  /// The index of the block in the holder's block table.
  public var block: UInt32
  /// The offset of the first byte in the block's content.
  public var offset: UInt32
  /// The number of bytes, at least 1.
  public var length: UInt32

  /// Makes a piece.
  public init(block: UInt32, offset: UInt32, length: UInt32) {
    self.block = block
    self.offset = offset
    self.length = length
  }
}

/// A small file or tail end that lies in a block, by its content (firn-store(5), "Piece record").
///
/// Written beside the block that holds it, so that the same bytes need not be stored again.
public struct PieceRecord: Hashable, Sendable {
  /// The SHA-256 of the piece's bytes.
  public var content: SHA256Digest
  /// The offset of the first byte in the block's content.
  public var offset: UInt32
  /// The number of bytes, at least 1.
  public var length: UInt32

  /// Makes a record.
  public init(content: SHA256Digest, offset: UInt32, length: UInt32) {
    self.content = content
    self.offset = offset
    self.length = length
  }
}

/// Where a piece lies, by content: what the block index answers.
public struct PieceLocation: Hashable, Sendable {
  /// The SHA-256 of the content of the block that holds the piece.
  public var block: SHA256Digest
  /// The offset of the first byte in the block's content.
  public var offset: UInt32
  /// The number of bytes.
  public var length: UInt32

  /// Makes a location.
  public init(block: SHA256Digest, offset: UInt32, length: UInt32) {
    self.block = block
    self.offset = offset
    self.length = length
  }
}
