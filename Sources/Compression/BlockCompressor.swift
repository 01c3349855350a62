/// Compresses single blocks in the form that SquashFS wants.
///
/// Safe for concurrent use by any number of threads. The result depends on nothing but the input,
/// the compressor, the level and the release of the C library. Contexts are kept for as many
/// calls as ran at the same time; a context of xz or of a high level of zstd takes several MiB.
public final class BlockCompressor: Sendable {
  /// What the blocks are compressed with.
  public let compressor: Compressor

  /// How hard; see ``Compressor/levels``.
  public let level: Int

  private let encoder: any BlockEncoding

  /// Makes a compressor.
  /// - Throws: `cannotCompress` for `lzma` and `lzo`, `invalidLevel` outside the compressor's
  ///   ``Compressor/levels``.
  public init(_ compressor: Compressor, level: Int) throws(CompressionError) {
    guard let levels = compressor.levels else { throw .cannotCompress(compressor) }
    guard levels.contains(level) else { throw .invalidLevel(level, compressor) }
    encoder =
      switch compressor {
      case .gzip: ZlibCompression(level: level)
      case .xz: XZCompression(level: level)
      case .lz4: LZ4Compression(level: level)
      case .zstd: ZstdCompression(level: level)
      case .lzma, .lzo: throw .cannotCompress(compressor)
      }
    self.compressor = compressor
    self.level = level
  }

  /// What a SquashFS file made of these blocks must say.
  public var options: Compressor.Options { compressor.options(level: level) }

  /// One compressed block, or nil when that is not smaller than `input`, which is then to be
  /// stored as it is.
  ///
  /// Input is at most 1 GiB; nil for more.
  public func compress(_ input: RawSpan) -> [UInt8]? {
    guard input.byteCount > 0, input.byteCount <= BlockDecompressor.longestBlock else {
      return nil
    }
    return input.withUnsafeBytes { encoder.encode($0) }
  }
}

/// One format's compression, for input that is neither empty nor over the limit.
protocol BlockEncoding: Sendable {
  /// The compressed block, or nil when it is not smaller.
  func encode(_ input: UnsafeRawBufferPointer) -> [UInt8]?
}
