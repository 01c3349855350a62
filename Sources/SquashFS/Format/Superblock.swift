public import Compression

/// The first 96 bytes of a SquashFS 4.0 file system; all numbers are little-endian.
public struct Superblock: Hashable, Sendable {
  /// How many bytes a superblock takes.
  public static let byteCount = 96
  /// The magic number, `hsqs`.
  public static let magic: UInt32 = 0x7371_7368
  /// What stands for a table that is not there.
  public static let noTable: UInt64 = .max
  /// The block sizes that the format allows: powers of two in this range, in bytes.
  public static let blockSizes: ClosedRange<UInt32> = 4096...1_048_576

  /// How many inodes there are.
  public var inodeCount: UInt32
  /// When the file system was made, in seconds since the epoch.
  public var modificationTime: UInt32
  /// The largest size of a data block, in bytes.
  public var blockSize: UInt32
  /// How many fragment blocks there are.
  public var fragmentCount: UInt32
  /// What blocks and metadata are compressed with.
  public var compressor: Compressor
  /// Properties of the image.
  public var flags: Flags
  /// How many different user and group ids there are.
  public var idCount: UInt16
  /// Where the root directory's inode lies, as stored: block << 16 | offset.
  public var rootReference: UInt64
  /// The size of the file system in bytes, without padding.
  public var bytesUsed: UInt64
  /// Where the id table's list of blocks starts.
  public var idTable: UInt64
  /// Where the xattr table's header starts, or ``noTable``.
  public var xattrTable: UInt64
  /// Where the inode table starts; data ends before it.
  public var inodeTable: UInt64
  /// Where the directory table starts.
  public var directoryTable: UInt64
  /// Where the fragment table's list of blocks starts, or ``noTable``.
  public var fragmentTable: UInt64
  /// Where the export table's list of blocks starts, or ``noTable``.
  public var exportTable: UInt64

  /// The flags of a superblock.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// The flags as stored.
    public let rawValue: UInt16
    /// Makes flags from their stored form.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Inodes are not compressed.
    public static let uncompressedInodes = Flags(rawValue: 0x0001)
    /// Data blocks are not compressed.
    public static let uncompressedData = Flags(rawValue: 0x0002)
    /// Fragment blocks are not compressed.
    public static let uncompressedFragments = Flags(rawValue: 0x0008)
    /// There are no fragment blocks.
    public static let noFragments = Flags(rawValue: 0x0010)
    /// The ends of large files are in fragment blocks too.
    public static let alwaysFragments = Flags(rawValue: 0x0020)
    /// Equal files are stored once.
    public static let deduplicated = Flags(rawValue: 0x0040)
    /// There is an export table.
    public static let exportable = Flags(rawValue: 0x0080)
    /// Extended attributes are not compressed.
    public static let uncompressedXattrs = Flags(rawValue: 0x0100)
    /// There are no extended attributes.
    public static let noXattrs = Flags(rawValue: 0x0200)
    /// A metadata block with the compressor's options follows the superblock.
    public static let compressorOptions = Flags(rawValue: 0x0400)
    /// Ids are not compressed.
    public static let uncompressedIDs = Flags(rawValue: 0x0800)
  }
}
