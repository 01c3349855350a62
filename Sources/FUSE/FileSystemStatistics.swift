/// What statfs(2) shows of the file system.
public struct FileSystemStatistics: Hashable, Sendable {
  /// The unit of ``blocks``, in bytes.
  public var blockSize: UInt32
  /// Size of the file system in units of ``blockSize``; none of it is free.
  public var blocks: UInt64
  /// The number of inodes; none of them is free.
  public var inodes: UInt64
  /// The longest file name in bytes.
  public var nameLimit: UInt32

  /// Makes statistics.
  public init(blockSize: UInt32 = 4096, blocks: UInt64, inodes: UInt64, nameLimit: UInt32 = 255) {
    self.blockSize = blockSize
    self.blocks = blocks
    self.inodes = inodes
    self.nameLimit = nameLimit
  }
}
