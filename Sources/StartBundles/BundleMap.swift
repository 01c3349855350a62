internal import Store

/// Finds bytes of files in the frames of a bundle.
struct BundleMap: Sendable {
  /// By file, then by page.
  private let entries: [BundleTable.Entry]

  init(_ table: BundleTable) {
    entries = table.entries.sorted {
      ($0.run.inode, $0.run.first) < ($1.run.inode, $1.run.first)
    }
  }

  /// Where the bytes of a file lie, in order; nil unless all of them are there.
  func pieces(of inode: UInt32, _ range: Range<UInt64>) -> [FramePiece]? {
    var pieces: [FramePiece] = []
    var position = range.lowerBound
    var index = firstEntry(of: inode, endingAfter: position)
    while position < range.upperBound {
      guard index < entries.count, entries[index].run.inode == inode,
        entries[index].bytes.contains(position)
      else { return nil }
      let entry = entries[index]
      let end = min(range.upperBound, entry.bytes.upperBound)
      let start = Int(entry.offset) + Int(position - entry.bytes.lowerBound)
      pieces.append(FramePiece(frame: Int(entry.frame), range: start..<start + Int(end - position)))
      position = end
      index += 1
    }
    return pieces
  }

  private func firstEntry(of inode: UInt32, endingAfter position: UInt64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      let entry = entries[middle]
      let isBefore =
        entry.run.inode < inode
        || (entry.run.inode == inode && entry.bytes.upperBound <= position)
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
