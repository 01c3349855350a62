extension Compressor {
  /// What a SquashFS file says about its compressor (SquashFS 4.0 format, "Compression Options").
  ///
  /// When ``encoded`` is nil the superblock's flag COMPRESSOR_OPTIONS (0x0400) must be clear and
  /// no options block follows the superblock: readers then assume what was used indeed.
  public enum Options: Hashable, Sendable {
    /// The format's defaults; nothing is written.
    case defaults
    /// zlib's level, window size as a power of two (8 to 15), and bits of the strategies tried
    /// (0: only the default one).
    case gzip(level: UInt32, window: UInt16, strategies: UInt16)
    /// Dictionary size in bytes, and bits of the branch filters tried (0: none).
    case xz(dictionary: UInt32, filters: UInt32)
    /// Version of the format (always 1), and flags (bit 0: made by LZ4HC). Always written: Linux
    /// refuses an lz4 file without.
    case lz4(version: UInt32, flags: UInt32)
    /// libzstd's level.
    case zstd(level: UInt32)

    /// The payload of the options block, without the two-byte header of a metadata block (which
    /// is 0x8000 + count, for the options are never compressed); nil when none is to be written.
    public var encoded: [UInt8]? {
      switch self {
      case .defaults: nil
      case .gzip(let level, let window, let strategies):
        Self.littleEndian(level) + Self.littleEndian(window) + Self.littleEndian(strategies)
      case .xz(let dictionary, let filters):
        Self.littleEndian(dictionary) + Self.littleEndian(filters)
      case .lz4(let version, let flags):
        Self.littleEndian(version) + Self.littleEndian(flags)
      case .zstd(let level): Self.littleEndian(level)
      }
    }

    private static func littleEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
      withUnsafeBytes(of: word.littleEndian) { [UInt8]($0) }
    }
  }

  /// What a SquashFS file must say when its blocks come from a ``BlockCompressor`` of this level.
  ///
  /// As mksquashfs does, options that equal the format's defaults (gzip 9, zstd 15, xz with a
  /// dictionary of one block) are left out. For `lzma` and `lzo`, which are not written, there
  /// are none.
  public func options(level: Int) -> Options {
    switch self {
    case .gzip:
      level == 9
        ? .defaults : .gzip(level: UInt32(clamping: level), window: 15, strategies: 0)
    case .lz4: .lz4(version: 1, flags: level >= LZ4Compression.firstHighLevel ? 1 : 0)
    case .zstd: level == 15 ? .defaults : .zstd(level: UInt32(clamping: level))
    case .xz, .lzma, .lzo: .defaults
    }
  }
}
