internal import Compression

extension VolumeParameters {
  /// The offset in the blob of the data area: the size of the superblock and of the compressor's
  /// options, if SquashFS wants any for this compressor and level.
  public var dataStart: UInt64 { UInt64(Superblock.byteCount + optionsBlock.count) }

  /// The metadata block with the compressor's options, or nothing.
  var optionsBlock: [UInt8] {
    guard let options = compressor.options(level: level).encoded else { return [] }
    var block: [UInt8] = []
    // The top bit says that the block is not compressed; options never are.
    block.appendLittleEndian(UInt16(options.count) | 0x8000)
    return block + options
  }

  /// The compressor of the blob's blocks.
  ///
  /// - Throws: `notRepresentable` when there is no such level, or Firn cannot compress so.
  func makeCompressor() throws(SquashFSError) -> BlockCompressor {
    do {
      return try BlockCompressor(compressor, level: level)
    } catch {
      throw .notRepresentable("blocks compressed by \(compressor) at level \(level)")
    }
  }
}
