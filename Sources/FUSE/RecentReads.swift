/// Where the last read of each of some files ended: what tells readers that jump from those that go
/// on.
struct RecentReads: Sendable {
  private struct Read {
    var node: NodeID
    var end: UInt64
  }

  /// How many files are remembered; of two that fall on one place the later.
  private static let room = 512

  private var reads = [Read](repeating: Read(node: NodeID(rawValue: 0), end: 0), count: room)

  /// Notes a read, and says whether it begins neither at the file's beginning nor where the last
  /// one ended.
  mutating func isJump(_ node: NodeID, _ range: Range<UInt64>) -> Bool {
    // The upper nine bits of the product.
    let place = Int((node.rawValue &* 0x9E37_79B9_7F4A_7C15) >> 55)
    let last = reads[place]
    reads[place] = Read(node: node, end: range.upperBound)
    if range.lowerBound == 0 { return false }
    return last.node != node || last.end != range.lowerBound
  }
}
