public import Digests
internal import Linux

/// The blocks of an image object and where they lie, without the rest of it: what it takes to find
/// out what is in use.
///
/// The table stays bytes as they are in the file, so that one of a hundred thousand blocks is read
/// in a few milliseconds.
public struct ImageBlocks: Sendable {
  /// The packs that hold the blocks, each once.
  public let packs: [PackID]
  /// The number of blocks.
  public let count: Int
  /// The size of the image object's file in bytes.
  public let objectSize: UInt64
  private let table: [UInt8]

  /// Makes the table of an image object.
  ///
  /// - Precondition: Each block names one of the packs.
  public init(packs: [PackID], blocks: [ImageObject.Block], objectSize: UInt64 = 0) {
    self.packs = packs
    self.objectSize = objectSize
    count = blocks.count
    table = ImageObject.encode(blocks)
  }

  init(packs: [PackID], table: [UInt8], objectSize: UInt64) throws(FormatError) {
    self.packs = packs
    self.objectSize = objectSize
    self.table = table
    count = try ByteReader(table).itemCount(of: ImageObject.Block.byteCount)
    for number in 0..<count where Int(pack(of: number)) >= packs.count {
      throw .invalid("a block lies in no pack")
    }
  }

  /// What counting needs to know of a block.
  public struct Place: Hashable, Sendable {
    /// The index of the pack in ``ImageBlocks/packs``.
    public var pack: Int
    /// The index of the block in the trailer of its pack.
    public var ordinal: UInt32
    /// The number of its stored bytes.
    public var storedByteCount: UInt32
  }

  /// The place of a block of the table; indices are `0..<count`.
  public subscript(number: Int) -> Place {
    Place(
      pack: Int(pack(of: number)),
      ordinal: word(of: number, at: BlockRecord.byteCount + 12),
      storedByteCount: StoredSize(
        rawValue: word(of: number, at: BlockRecord.byteCount - 8)
      ).byteCount)
  }

  private func pack(of number: Int) -> UInt32 { word(of: number, at: BlockRecord.byteCount) }

  private func word(of number: Int, at offset: Int) -> UInt32 {
    UInt32(
      littleEndian: table.span.bytes.unsafeLoadUnaligned(
        fromByteOffset: number * ImageObject.Block.byteCount + offset, as: UInt32.self))
  }
}

extension ImageBlocks {
  /// How much of a file is read at first: small objects whole.
  private static let firstRead: UInt64 = 64 << 10

  init(reading file: any StoreFile, at path: StorePath) throws(StoreError) {
    var bytes = try file.bytes(at: 0, count: Int(min(file.size, Self.firstRead)), of: path)
    let index = try path.decoding { () throws(FormatError) in
      try SectionIndex(
        decoding: Array(bytes.prefix(SectionIndex.mostBytes)), magic: ImageObject.magic,
        fileSize: file.size)
    }
    let range = try path.decoding { () throws(FormatError) in
      try index.range(of: ImageObject.blockSections)
    }
    var start: UInt64 = 0
    if range.upperBound > UInt64(bytes.count) {
      start = range.lowerBound
      bytes = try file.bytes(at: start, count: range.count, of: path)
    }
    self = try path.decoding { () throws(FormatError) in
      try ImageObject.blocks(in: bytes, from: start, index, objectSize: file.size)
    }
  }
}

/// Where image objects' block tables come from: a store, or what a measurement makes up.
public protocol ImageBlocksSource: Sendable {
  /// The blocks of an image object.
  ///
  /// - Throws: `missing` or `damaged` when the object is not there or cannot be believed.
  func imageBlocks(_ object: SHA256Digest) throws(StoreError) -> ImageBlocks
}

extension Store: ImageBlocksSource {
  /// Reads the blocks of an image object: one open, at most two reads, which pass over its tree.
  ///
  /// - Throws: `missing` or `damaged`; only what is read is checked.
  public func imageBlocks(_ object: SHA256Digest) throws(StoreError) -> ImageBlocks {
    let path = StorePath(.images, object.hex)
    let file = try attempt(path) { () throws(SystemError) in try directory.open(path) }
    return try ImageBlocks(reading: file, at: path)
  }
}
