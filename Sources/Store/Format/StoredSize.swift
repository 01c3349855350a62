/// The size of a stored block and whether it is compressed: SquashFS's block size word
/// (firn-store(5), "Stored size").
///
/// Bits 0 to 23 are the number of stored bytes; bit 24 is set when they are not compressed.
public struct StoredSize: Hashable, Sendable, RawRepresentable {
  /// The word as SquashFS and the store write it.
  public let rawValue: UInt32

  /// Takes over a word as it is.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Makes a word of a number of bytes below 2²⁴.
  public init(byteCount: UInt32, isCompressed: Bool) {
    rawValue = byteCount & 0xff_ffff | (isCompressed ? 0 : 1 << 24)
  }

  /// The number of stored bytes.
  public var byteCount: UInt32 { rawValue & 0xff_ffff }

  /// Whether the stored bytes are compressed.
  public var isCompressed: Bool { rawValue & 1 << 24 == 0 }

  /// Whether a block of that many bytes of content can be stored in this form.
  ///
  /// A compressed block is smaller than its content, an uncompressed one is its content.
  func isPossible(forContent size: UInt32) -> Bool {
    rawValue >> 25 == 0 && size > 0
      && (isCompressed ? byteCount > 0 && byteCount < size : byteCount == size)
  }
}
