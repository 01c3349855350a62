public import FileTree

/// Where the contents of a tree's files lie in a root blob.
///
/// The blob's data area starts at ``VolumeParameters/dataStart`` and is `dataSize` bytes long;
/// nothing in it is read or written here.
public struct BlobLayout: Sendable {
  /// The number of bytes of the data area.
  public var dataSize: UInt64
  /// The content of each regular file; an empty file may be left out.
  public var files: FileTree.NodeTable<LinkedFile>
  /// The fragment blocks, in the order of their indices.
  public var fragments: [LinkedFragment]

  /// Makes a layout.
  public init(
    dataSize: UInt64 = 0, files: FileTree.NodeTable<LinkedFile> = [:],
    fragments: [LinkedFragment] = []
  ) {
    self.dataSize = dataSize
    self.files = files
    self.fragments = fragments
  }
}

/// Where the content of one regular file lies in a root blob.
public struct LinkedFile: Hashable, Sendable {
  /// The offset in the blob of the first stored block; the others follow without a gap.
  ///
  /// Meaningless, and written as 0, when no block is stored.
  public var start: UInt64
  /// How each block is stored: `size / blockSize` blocks, and one more for the remaining bytes
  /// when there are some and `tail` is `nil`.
  public var blocks: [SizeWord]
  /// Where the remaining `size % blockSize` bytes lie, when they are in a fragment block.
  public var tail: TailPosition?

  /// Makes the place of a content.
  public init(start: UInt64 = 0, blocks: [SizeWord] = [], tail: TailPosition? = nil) {
    self.start = start
    self.blocks = blocks
    self.tail = tail
  }
}

/// Where a fragment block lies in a root blob.
public struct LinkedFragment: Hashable, Sendable {
  /// The offset in the blob.
  public var start: UInt64
  /// How the block is stored.
  public var word: SizeWord

  /// Makes the place of a fragment block.
  public init(start: UInt64, word: SizeWord) {
    self.start = start
    self.word = word
  }
}
