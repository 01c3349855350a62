/// Where each stored metadata block of a table lies in the decompressed table.
struct BlockMap: Sendable {
  /// The first stored byte of each block, relative to the table, ascending.
  private let starts: [UInt32]
  /// The first decompressed byte of each block, ascending.
  private let flats: [UInt32]

  /// Makes a map from two lists of one length.
  init(starts: [UInt32], flats: [UInt32]) {
    precondition(starts.count == flats.count)
    self.starts = starts
    self.flats = flats
  }

  /// The flat offset of the block that starts exactly at `start`, or `nil`; takes log n steps.
  func flat(ofBlockAt start: UInt64) -> Int? {
    guard let start = UInt32(exactly: start) else { return nil }
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < start { low = middle + 1 } else { high = middle }
    }
    guard low < starts.count, starts[low] == start else { return nil }
    return Int(flats[low])
  }

  /// The flat offset that a reference stands for, or `nil` when it stands for nothing.
  func flat(of reference: InodeReference) -> Int? {
    guard reference.offset < StoredMetadata.blockSize, let block = flat(ofBlockAt: reference.block)
    else { return nil }
    return block + reference.offset
  }
}
