/// A set of small numbers: one bit each.
struct BitSet: Sendable {
  private var words: [UInt64]

  /// Makes an empty set of numbers below `capacity`.
  init(capacity: Int) {
    words = Array(repeating: 0, count: capacity / 64 + 1)
  }

  /// Whether the number is in the set.
  func contains(_ number: Int) -> Bool {
    guard number >= 0, number / 64 < words.count else { return false }
    return words[number / 64] & 1 << UInt64(number % 64) != 0
  }

  /// Adds a number below the capacity; returns whether it was new.
  mutating func insert(_ number: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(number % 64)
    if words[number / 64] & bit != 0 { return false }
    words[number / 64] |= bit
    return true
  }
}
