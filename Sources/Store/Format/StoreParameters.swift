public import Compression

/// How content is cut and compressed in one store, fixed when the store is made
/// (firn-store(5), "Parameters").
///
/// Equal manifests give equal root blobs only in equal parameters, so they are part of every
/// layer's key and are repeated in every object.
public struct StoreParameters: Hashable, Sendable {
  /// The most bytes of content in one block: a power of two from 4 KiB to 1 MiB, as in SquashFS.
  public var blockSize: UInt32
  /// The compressor of blocks and of SquashFS metadata.
  public var compressor: Compressor
  /// The compressor's level, in the compressor's own scale.
  public var level: Int32

  /// Makes parameters; what makes no sense is refused by ``validate()``.
  public init(blockSize: UInt32 = 131_072, compressor: Compressor = .zstd, level: Int32) {
    self.blockSize = blockSize
    self.compressor = compressor
    self.level = level
  }

  /// Throws unless the block size is one that SquashFS allows.
  public func validate() throws(FormatError) {
    guard blockSize.nonzeroBitCount == 1, (4096...1_048_576).contains(blockSize) else {
      throw .invalid("the block size is not a power of two from 4096 to 1048576")
    }
  }
}

extension StoreParameters {
  static let byteCount = 12

  func append(to writer: inout ByteWriter) {
    writer.append(blockSize)
    writer.append(UInt32(compressor.rawValue))
    writer.append(UInt32(bitPattern: level))
  }

  init(reading reader: inout ByteReader) throws(FormatError) {
    let size = try reader.integer(UInt32.self)
    let number = try reader.integer(UInt32.self)
    let level = try reader.integer(UInt32.self)
    guard let short = UInt16(exactly: number), let compressor = Compressor(rawValue: short) else {
      throw .invalid("the compressor is unknown")
    }
    self.init(blockSize: size, compressor: compressor, level: Int32(bitPattern: level))
    try validate()
  }
}
