extension Compressor {
  /// The levels that a ``BlockCompressor`` takes; nil where Firn can only decompress.
  ///
  /// A higher level is slower and usually smaller. What it means:
  /// - `gzip`: zlib's level, with window 2¹⁵ and the default strategy;
  /// - `xz`: liblzma's preset (not "extreme"), but with a dictionary no larger than the block;
  /// - `lz4`: 1 and 2 are the fast compressor (and give the same bytes), 3 and up are LZ4HC of
  ///   that level, as in lz4(1); mksquashfs' `-Xhc` is 12;
  /// - `zstd`: libzstd's level. Negative and "ultra" memory settings are not offered, 20 to 22 are.
  public var levels: ClosedRange<Int>? {
    switch self {
    case .gzip: 1...9
    case .xz: 0...9
    case .lz4: 1...12
    case .zstd: 1...22
    case .lzma, .lzo: nil
    }
  }

  /// The level of a store whose maker named none; nil where Firn can only decompress.
  ///
  /// Chosen by `benchmarks/compression-levels.md`: 32 MiB of /usr/lib in blocks of 128 KiB, one
  /// core; ratio and MB/s of compression, then MB/s of decompression:
  ///
  ///     zstd 1: 2.81, 401, 1256    zstd 3: 2.98, 247, 1256    zstd 6: 3.18, 98, 1199
  ///     zstd 9: 3.22,  57, 1205    zstd 12: 3.24, 14, 807     zstd 15: 3.41, 7, 998
  ///     gzip 6: 2.93,  26, 347     gzip 9: 2.96, 10, 324      xz 6: 3.68, 4, 74
  ///     lz4 1:  2.07, 584, 3612    lz4 3: 2.51, 97, 3627      lz4 12: 2.60, 13, 3638
  ///
  /// zstd 3 keeps up with decompressing and hashing layers on the same number of cores; 6 saves
  /// another 6 % of space for two and a half times the work, which suits a site whose import
  /// host has many cores. gzip 9 gains less than 1 % over 6. lz4 stays out of its high
  /// compression unless asked for it, as in mksquashfs.
  public var defaultLevel: Int? {
    switch self {
    case .gzip: 6
    case .xz: 6
    case .lz4: 1
    case .zstd: 3
    case .lzma, .lzo: nil
    }
  }

  /// The levels of a compressor; the same as its ``levels``.
  public static func levels(for compressor: Compressor) -> ClosedRange<Int>? {
    compressor.levels
  }
}
