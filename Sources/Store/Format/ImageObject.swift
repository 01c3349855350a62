public import Digests

/// One image, linked: everything of its root blob but the blocks' bytes, and its documents
/// (firn-store(5), "Image objects").
///
/// A node reads it whole, with one open and one sequential read.
public struct ImageObject: Hashable, Sendable {
  /// A block of the image and where it lies.
  public struct Block: Hashable, Sendable {
    /// The block.
    public var record: BlockRecord
    /// The index of its pack in ``ImageObject/packs``.
    public var pack: UInt32
    /// The offset of its stored bytes in the pack's file.
    public var offset: UInt64
    /// The index of the block in the trailer of its pack.
    public var ordinal: UInt32

    /// Makes a block of an image.
    public init(record: BlockRecord, pack: UInt32, offset: UInt64, ordinal: UInt32) {
      self.record = record
      self.pack = pack
      self.offset = offset
      self.ordinal = ordinal
    }
  }

  /// How the content was cut and compressed.
  public var parameters: StoreParameters
  /// The root blob's bytes before its data area: superblock and compressor options.
  public var head: [UInt8]
  /// The root blob's bytes after its data area: the tables, and padding to 4 KiB.
  public var tail: [UInt8]
  /// The packs that hold the image's blocks, each once.
  public var packs: [PackID]
  /// The blocks the image's content lies in.
  public var blocks: [Block]
  /// The canonical fragment blocks, in the order of the root blob's fragment table.
  public var fragments: [FragmentBlock]
  /// The stored blocks of the root blob's data area, in order.
  public var extents: [Extent]
  /// Documents kept byte for byte, by a name their owner gave them.
  public var documents: [String: [UInt8]]
  /// The layers the image was linked from, lowest first.
  public var layers: [LayerKey]
  /// Who wrote the object (firn-store(5), "Writer"); set by the staging area that writes it.
  public internal(set) var writer: WriterToken = .none

  /// Makes an image object; ``validate()`` says whether it makes sense.
  public init(
    parameters: StoreParameters, head: [UInt8], tail: [UInt8], packs: [PackID], blocks: [Block],
    fragments: [FragmentBlock], extents: [Extent], documents: [String: [UInt8]],
    layers: [LayerKey]
  ) {
    self.parameters = parameters
    self.head = head
    self.tail = tail
    self.packs = packs
    self.blocks = blocks
    self.fragments = fragments
    self.extents = extents
    self.documents = documents
    self.layers = layers
  }
}

extension ImageObject {
  /// The number of stored bytes of an extent in the root blob; 0 for an index out of range.
  public func storedByteCount(of extent: Extent) -> UInt32 {
    switch extent {
    case .block(let index):
      Int(index) < blocks.count ? blocks[Int(index)].record.storedSize.byteCount : 0
    case .fragment(let index):
      Int(index) < fragments.count ? fragments[Int(index)].storedSize.byteCount : 0
    }
  }

  /// The offset in the root blob where its data area ends and ``tail`` begins.
  public var dataEnd: UInt64 {
    extents.reduce(UInt64(head.count)) { $0 + UInt64(storedByteCount(of: $1)) }
  }

  /// The size of the root blob.
  public var rootBlobSize: UInt64 { dataEnd + UInt64(tail.count) }

  /// The location of a block of this object, which must be valid.
  public func location(of block: Block) -> BlockLocation {
    BlockLocation(
      pack: packs[Int(block.pack)], offset: block.offset, ordinal: block.ordinal)
  }

  /// Stands for the root blob's bytes; the object must be valid (firn-store(5), "Root identity").
  ///
  /// Equal for two objects only if inode positions and content are equal, wherever blocks lie: an
  /// image number may pass from one object to the other while nodes use it.
  /// - Precondition: ``validate()`` does not throw.
  public var rootIdentity: SHA256Digest {
    var hasher = SHA256Hasher()
    hasher.update(head.span.bytes)
    hasher.update(tail.span.bytes)
    for extent in extents {
      var writer = ByteWriter()
      switch extent {
      case .block(let index): writer.append(blocks[Int(index)].record.content)
      case .fragment(let index): writer.append(fragments[Int(index)].checksum)
      }
      hasher.update(writer.bytes.span.bytes)
    }
    return hasher.finalize()
  }
}
