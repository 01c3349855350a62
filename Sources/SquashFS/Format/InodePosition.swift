/// Where an inode lies: its byte offset in the decompressed inode table of one volume.
///
/// Positions are what node ids are computed from: they need no table and are the same whenever the
/// same bytes are opened. Comparing positions of two volumes is meaningless.
public struct InodePosition: Hashable, Sendable, RawRepresentable {
  /// The byte offset in the decompressed inode table.
  public let rawValue: UInt32

  /// Makes a position, which may point at nothing: ``Volume/inode(_:)`` tells.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

extension InodePosition: Comparable {
  /// Compares byte offsets.
  public static func < (left: InodePosition, right: InodePosition) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Where an inode lies in the stored image: a metadata block and an offset in it.
///
/// The format packs both into 64 bits: bits 16 to 47 hold the block's first byte relative to the
/// start of the table, bits 0 to 15 the offset in the decompressed block.
struct InodeReference: Hashable, Sendable, RawRepresentable {
  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(block: UInt32, offset: UInt16) {
    rawValue = UInt64(block) << 16 | UInt64(offset)
  }

  /// The first byte of the metadata block, relative to the table.
  var block: UInt64 { rawValue >> 16 }
  /// The offset in the decompressed block.
  var offset: Int { Int(rawValue & 0xFFFF) }
}
