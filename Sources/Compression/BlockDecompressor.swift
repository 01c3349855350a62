/// Decompresses single blocks: SquashFS data, fragment and metadata blocks, or the store's own.
///
/// Safe for concurrent use by any number of threads; a call allocates nothing once as many calls
/// have run at a time before. Input may be hostile: no call traps, reads or writes out of bounds,
/// or takes more than a fixed amount of memory.
public final class BlockDecompressor: Sendable {
  /// The compressor whose blocks are understood.
  public let compressor: Compressor

  private let decoder: any BlockDecoding

  /// The longest input or output, in bytes: C libraries count in 31 bits.
  static let longestBlock = 1 << 30

  /// Makes a decompressor for one compressor; every one of them is available.
  public init(_ compressor: Compressor) {
    self.compressor = compressor
    decoder =
      switch compressor {
      case .gzip: ZlibDecompression()
      case .lzma: LZMADecompression()
      case .lzo: LZODecompression()
      case .xz: XZDecompression()
      case .lz4: LZ4Decompression()
      case .zstd: ZstdDecompression()
      }
  }

  /// Decompresses one whole block to the beginning of `output` and returns its length.
  ///
  /// The input must be exactly one block: anything after it is an error, as is an empty input.
  /// Bytes of `output` after the result, or after an error, are unspecified.
  /// - Throws: `tooLarge` when the block does not fit (`corrupt` for lz4, which cannot tell),
  ///   `truncated`, `corrupt`, or `unsupported` (an xz or lzma dictionary of more than 32 MiB,
  ///   a zstd dictionary).
  public func decompress(
    _ input: RawSpan, into output: inout MutableRawSpan
  ) throws(CompressionError) -> Int {
    guard input.byteCount > 0 else { throw .truncated(format: compressor.name) }
    guard input.byteCount <= Self.longestBlock else {
      throw .tooLarge(limit: UInt64(Self.longestBlock))
    }
    guard output.byteCount > 0 else { throw .tooLarge(limit: 0) }
    let room = min(output.byteCount, Self.longestBlock)
    return try output.withUnsafeMutableBytes { target throws(CompressionError) in
      try input.withUnsafeBytes { source throws(CompressionError) in
        try decoder.decode(source, into: UnsafeMutableRawBufferPointer(rebasing: target[..<room]))
      }
    }
  }
}

/// One format's decompression, for input and output that are neither empty nor over the limit.
protocol BlockDecoding: Sendable {
  /// Decompresses exactly one block and returns its length.
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int
}
