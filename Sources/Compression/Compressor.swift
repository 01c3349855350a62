/// A compressor of SquashFS, by its number in the superblock (SquashFS 4.0 format, "Superblock",
/// field `compression_id`).
public enum Compressor: UInt16, CaseIterable, Hashable, Sendable {
  /// Deflate in a zlib stream (RFC 1950), which SquashFS calls gzip.
  case gzip = 1
  /// LZMA in the old `.lzma` container; Firn only reads it.
  case lzma = 2
  /// LZO1X; Firn only reads it.
  case lzo = 3
  /// LZMA2 in the `.xz` container.
  case xz = 4
  /// One LZ4 block without frame.
  case lz4 = 5
  /// One Zstandard frame (RFC 8878).
  case zstd = 6

  /// The name that mksquashfs and `firn init` take: `gzip`, `lzma`, `lzo`, `xz`, `lz4`, `zstd`.
  public var name: String {
    switch self {
    case .gzip: "gzip"
    case .lzma: "lzma"
    case .lzo: "lzo"
    case .xz: "xz"
    case .lz4: "lz4"
    case .zstd: "zstd"
    }
  }

  /// The compressor of that ``name``; nil for an unknown one.
  public init?(name: String) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }
}

extension Compressor: CustomStringConvertible {
  /// The same as ``name``.
  public var description: String { name }
}
