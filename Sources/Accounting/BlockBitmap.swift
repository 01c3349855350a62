/// A set of blocks, each given by its pack's slot and its ordinal in the pack: one bit a block.
struct BlockBitmap: Sendable {
  private var words: [[UInt64]]

  /// Begins an empty set for packs in slots `0..<slots`.
  init(slots: Int) { words = Array(repeating: [], count: slots) }

  /// Adds a block; true when it was not in the set.
  mutating func insert(_ ordinal: UInt32, in slot: Int) -> Bool {
    let index = Int(ordinal >> 6)
    let bit: UInt64 = 1 << UInt64(ordinal & 63)
    if index >= words[slot].count { grow(slot, to: index) }
    let isNew = words[slot][index] & bit == 0
    words[slot][index] |= bit
    return isNew
  }

  /// Makes room in steps of an eighth, so that little more is taken than is needed.
  private mutating func grow(_ slot: Int, to index: Int) {
    let count = words[slot].count
    let wanted = max(index + 1, count + count / 8)
    words[slot].reserveCapacity(wanted)
    words[slot].append(contentsOf: repeatElement(0, count: wanted - count))
  }

  func contains(_ ordinal: UInt32, in slot: Int) -> Bool {
    let index = Int(ordinal >> 6)
    return index < words[slot].count && words[slot][index] >> UInt64(ordinal & 63) & 1 == 1
  }

  /// The ordinals of a slot's blocks, ascending.
  func members(of slot: Int) -> [UInt32] {
    var result: [UInt32] = []
    for (index, word) in words[slot].enumerated() where word != 0 {
      for bit in 0..<UInt64.bitWidth where word >> UInt64(bit) & 1 == 1 {
        result.append(UInt32(index * UInt64.bitWidth + bit))
      }
    }
    return result
  }

  /// The bytes of memory that the bits take.
  var byteCount: Int { words.reduce(0) { $0 + $1.capacity * 8 } }
}
