/// Where the content of a regular file lies, in SquashFS's terms: whole blocks, then a tail end.
///
/// Indices point into the tables of whatever holds this value: a layer recipe or a linked image.
public struct FileContent: Hashable, Sendable {
  /// The index of a block in the holder's block table.
  public typealias BlockIndex = UInt32

  /// The index that stands for a block of zeros, which is not stored (a sparse block).
  public static let hole: BlockIndex = .max

  /// The size in bytes.
  public var size: UInt64
  /// One index for each whole block, `size / blockSize` of them.
  public var blocks: [BlockIndex]
  /// Where the remaining `size % blockSize` bytes lie, if there are any.
  public var tail: TailPosition?

  /// Makes a content.
  public init(size: UInt64, blocks: [BlockIndex] = [], tail: TailPosition? = nil) {
    self.size = size
    self.blocks = blocks
    self.tail = tail
  }
}

/// Where a tail end lies: in which fragment block and at which byte of its uncompressed form.
public struct TailPosition: Hashable, Sendable {
  /// The index of the fragment block in the holder's fragment table.
  public var fragment: UInt32
  /// The byte offset in the uncompressed fragment block.
  public var offset: UInt32

  /// Makes a position.
  public init(fragment: UInt32, offset: UInt32) {
    self.fragment = fragment
    self.offset = offset
  }
}
