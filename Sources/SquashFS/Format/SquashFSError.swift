/// Why a SquashFS file system could not be read or written.
public enum SquashFSError: Error, Equatable, Sendable {
  /// The bytes do not start with SquashFS's magic number.
  case notSquashFS
  /// A SquashFS of another version than 4.0.
  case unsupportedVersion(major: UInt16, minor: UInt16)
  /// A compressor number that SquashFS 4.0 does not define.
  case unsupportedCompressor(UInt16)
  /// The bytes end before the file system does.
  case truncated(needed: UInt64, available: UInt64)
  /// A structure breaks the rules of the format.
  case corrupt(Structure, Defect)
  /// A structure is larger than the reader was told to accept; see ``VolumeLimits``.
  case tooLarge(Structure, limit: UInt64)
  /// The operation needs an inode of another kind, such as a directory to look a name up in.
  case wrongKind(needed: Structure)
  /// No inode reachable from the root directory is at this position.
  case unknownInode(InodePosition)
  /// The blob that holds the file system could not be read; the text is the cause.
  case readFailed(String)
  /// Something of a tree cannot be expressed in SquashFS; the text says what.
  case notRepresentable(String)
  /// Writing the metadata failed in a step, for a cause.
  case writingFailed(step: String, cause: String)

  /// The structures of the format that an error may be about.
  public enum Structure: String, Sendable {
    /// The first 96 bytes.
    case superblock
    /// The metadata blocks that hold all inodes.
    case inodeTable = "inode table"
    /// The metadata blocks that hold all directory listings.
    case directoryTable = "directory table"
    /// The positions of fragment blocks.
    case fragmentTable = "fragment table"
    /// Inode numbers to inode references.
    case exportTable = "export table"
    /// User and group ids.
    case idTable = "id table"
    /// Extended attributes.
    case xattrTable = "xattr table"
    /// One inode.
    case inode
    /// One directory listing.
    case directory
    /// One regular file.
    case regularFile = "regular file"
    /// One symbolic link.
    case symbolicLink = "symbolic link"
    /// The extended attributes of one inode.
    case xattrs = "extended attributes"
    /// One data or fragment block.
    case dataBlock = "data block"
  }

  /// The ways in which a structure may break the rules.
  public enum Defect: String, Sendable {
    /// It points outside of what holds it.
    case outOfBounds = "points outside of its table"
    /// Its compressed bytes do not decompress.
    case undecodable = "does not decompress"
    /// It has a size that the format does not allow.
    case badSize = "has an impossible size"
    /// A number in it stands for nothing.
    case badValue = "holds an impossible value"
    /// A name is empty, too long, `.` or `..`, or contains a slash or a zero byte.
    case badName = "holds an impossible name"
    /// Names are not in strictly ascending order of their bytes.
    case unordered = "is not in the order of its names"
    /// Two structures that should agree do not.
    case mismatch = "disagrees with another part of the image"
    /// Two structures share bytes that must be their own.
    case overlap = "overlaps another part of its table"
    /// A directory has two names, or contains itself.
    case cycle = "is listed in more than one directory"
    /// Two inodes have one number.
    case duplicateNumber = "has the number of another inode"
  }
}
