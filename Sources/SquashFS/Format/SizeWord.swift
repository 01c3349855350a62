/// The 32-bit word that says how a data or fragment block is stored.
///
/// Bits 0 to 23 hold the number of stored bytes, bit 24 says that they are not compressed, the
/// others are zero. In a file's block list the word 0 stands for a block of zeros (sparse block).
public struct SizeWord: Hashable, Sendable, RawRepresentable {
  /// The word as stored.
  public let rawValue: UInt32

  /// Makes a word from its stored form.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Makes a word from its parts; `storedSize` must be below 2²⁴.
  public init(storedSize: UInt32, isCompressed: Bool) {
    precondition(storedSize < Self.uncompressed, "a block is at most 1 MiB")
    rawValue = isCompressed ? storedSize : storedSize | Self.uncompressed
  }

  /// The word of a sparse block.
  public static let hole = SizeWord(rawValue: 0)

  private static let uncompressed: UInt32 = 1 << 24

  /// How many bytes are stored.
  public var storedSize: UInt32 { rawValue & (Self.uncompressed - 1) }
  /// Whether the stored bytes have to be decompressed.
  public var isCompressed: Bool { rawValue & Self.uncompressed == 0 }
  /// Whether nothing is stored: the block is all zeros.
  public var isHole: Bool { rawValue == 0 }
  /// Whether only bits that the format defines are set.
  public var isValid: Bool { rawValue >> 25 == 0 }
}
