/// One stored block of a root blob's data area, in the blob's order (firn-store(5), "Extents").
///
/// Blocks follow each other without gaps, so the order and the stored sizes give every offset.
public enum Extent: Hashable, Sendable {
  /// A data block, by its index in the image object's block table.
  case block(UInt32)
  /// A fragment block, by its index in the image object's fragment table.
  case fragment(UInt32)
}

extension Extent {
  private static let fragmentBit: UInt32 = 1 << 31

  init(word: UInt32) {
    let index = word & ~Self.fragmentBit
    self = word & Self.fragmentBit == 0 ? .block(index) : .fragment(index)
  }

  var word: UInt32 {
    switch self {
    case .block(let index): index & ~Self.fragmentBit
    case .fragment(let index): index | Self.fragmentBit
    }
  }
}
