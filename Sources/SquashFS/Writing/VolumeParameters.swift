public import Compression

/// What decides the form of a root blob apart from its content: block size and compression.
///
/// Equal trees, layouts and parameters give equal bytes, on any machine with the same compressor
/// libraries.
public struct VolumeParameters: Hashable, Sendable {
  /// The size of a data block in bytes: a power of two, 4 KiB to 1 MiB.
  public let blockSize: UInt32
  /// What blocks and metadata are compressed with.
  public let compressor: Compressor
  /// The compressor's level.
  public let level: Int

  /// Makes parameters.
  ///
  /// The level is checked when the compressor is made, by ``MetadataWriter``.
  ///
  /// - Throws: `notRepresentable` when SquashFS has no such block size.
  public init(blockSize: UInt32, compressor: Compressor, level: Int) throws(SquashFSError) {
    guard Superblock.blockSizes.contains(blockSize), blockSize.nonzeroBitCount == 1 else {
      throw .notRepresentable("a block size of \(blockSize) bytes")
    }
    self.blockSize = blockSize
    self.compressor = compressor
    self.level = level
  }
}
