/// A SquashFS 4.0 file system, opened for reading.
///
/// All metadata is read with one sequential read, decompressed once into flat immutable memory and
/// checked completely when the volume is opened; an image that breaks a rule is refused then. Later
/// operations on metadata read memory only, take no locks, allocate nothing unless they return an
/// array, and may be called from any number of threads. No byte of an image makes the reader trap,
/// loop for ever or read out of bounds.
///
/// The volume does not keep the blob: data blocks are located (``block(_:of:)``), not read. A
/// ``BlockReader`` reads them.
public final class Volume: Sendable {
  /// The superblock.
  public let superblock: Superblock
  /// The root directory.
  public let root: InodePosition
  let tables: VolumeTables
  let known: BitSet
  let index: DirectoryIndex
  let offsets: BlockOffsets

  /// Reads and checks the metadata of a file system.
  ///
  /// The blob may be longer than the file system (padding).
  /// - Throws: ``SquashFSError``; `tooLarge` when the limits are not enough, `readFailed` and
  ///   `truncated` from the blob, `corrupt` and its kin when the bytes break the format's rules.
  public init(
    _ blob: some Blob, limits: VolumeLimits = VolumeLimits()
  ) throws(SquashFSError) {
    superblock = try Superblock(reading: blob)
    tables = try VolumeTables(blob, superblock: superblock, limits: limits)
    let reference = InodeReference(rawValue: superblock.rootReference)
    guard let flat = tables.inodes.blocks.flat(of: reference) else {
      throw .corrupt(.superblock, .outOfBounds)
    }
    root = InodePosition(rawValue: UInt32(flat))
    let survey = try Survey(tables, root: root)
    known = survey.known
    index = survey.index
    offsets = survey.offsets
  }

  /// The inode at a position.
  ///
  /// - Throws: `unknownInode` for any position that is not an inode's with a name in this volume;
  ///   so node ids that come from outside may be tried without harm.
  public func inode(_ position: InodePosition) throws(SquashFSError) -> Inode {
    guard known.contains(Int(position.rawValue)) else { throw .unknownInode(position) }
    return try tables.inode(at: position)
  }

  /// Whether any inode may have extended attributes.
  public var hasXattrs: Bool { tables.xattrs != nil }

  /// How many bytes of memory the decompressed tables take.
  public var metadataByteCount: Int {
    tables.inodes.table.memory.count + tables.directories.table.memory.count
  }
}

extension Superblock {
  /// Reads the superblock of a blob and checks that the blob is long enough.
  public init(reading blob: some Blob) throws(SquashFSError) {
    let count = Int(min(blob.size, UInt64(Superblock.byteCount)))
    let memory = try FlatMemory(capacity: count) { (bytes) throws(SquashFSError) in
      try blob.read(at: 0, into: &bytes)
      return count
    }
    let parsed = try memory.withBytes(0..<count) { (bytes) throws(SquashFSError) in
      try Superblock(parsing: bytes)
    }
    guard let parsed else { throw .notSquashFS }
    guard parsed.bytesUsed <= blob.size else {
      throw .truncated(needed: parsed.bytesUsed, available: blob.size)
    }
    self = parsed
  }
}
