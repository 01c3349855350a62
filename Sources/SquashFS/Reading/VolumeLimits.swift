/// How much memory opening a volume may take, whatever its bytes ask for.
public struct VolumeLimits: Hashable, Sendable {
  /// The largest sum of all metadata, compressed or decompressed, in bytes.
  ///
  /// An image takes some 40 bytes an inode, 20 an entry and 4 a data block; the default of 1 GiB is
  /// enough for ten million files.
  public var metadataBytes: UInt64
  /// The largest sum of names and values of the extended attributes of one inode, in bytes.
  public var xattrBytesPerInode: UInt64

  /// Makes limits.
  public init(metadataBytes: UInt64 = 1 << 30, xattrBytesPerInode: UInt64 = 16 << 20) {
    self.metadataBytes = min(metadataBytes, UInt64(UInt32.max))
    self.xattrBytesPerInode = xattrBytesPerInode
  }
}
