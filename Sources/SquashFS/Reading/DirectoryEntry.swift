/// A name in a directory: a plain value; the name itself stays in the volume's memory and is asked
/// for with ``Volume/withName(of:_:)`` or ``Volume/name(of:)``.
public struct DirectoryEntry: Hashable, Sendable {
  /// The inode.
  public let inode: InodePosition
  /// The number of the inode.
  public let number: UInt32
  /// The type of the inode.
  public let type: EntryType
  /// Where to continue behind this entry; see ``Volume/forEachEntry(in:from:_:)``.
  public let cookie: UInt64
  /// The first byte of the name in the flat directory table.
  let nameStart: Int
  /// The length of the name in bytes, 1 to 256.
  public let nameCount: Int
}

/// The types of inode as a directory tells them; the numbers are the format's.
public enum EntryType: UInt16, Hashable, Sendable, CaseIterable {
  /// A directory.
  case directory = 1
  /// A regular file.
  case regular = 2
  /// A symbolic link.
  case symbolicLink = 3
  /// A block device.
  case blockDevice = 4
  /// A character device.
  case characterDevice = 5
  /// A fifo.
  case fifo = 6
  /// A socket.
  case socket = 7
}
