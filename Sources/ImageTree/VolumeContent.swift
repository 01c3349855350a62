public import FUSE
public import Linux
public import SquashFS
public import SystemPackage

/// Where the data of a volume's files comes from.
///
/// Both functions may be called from any number of threads and block while they read. Whoever
/// implements them checks and caches what it reads, and logs what is wrong; the caller only hears
/// `EIO`.
public protocol VolumeContent: Sendable {
  /// The content of a data block.
  func content(of block: StoredBlock) throws(Errno) -> SharedBuffer

  /// Appends bytes of a fragment block's content to a reply.
  ///
  /// - Throws: `EIO` also when the block has no such bytes.
  func append(
    fragment: UInt32, _ range: Range<Int>, to reply: inout ReadReply
  ) throws(Errno)
}
