internal import Digests

/// The rows of one table of several index runs, in the order of their keys, a window of each run in
/// memory.
struct IndexRunTables<Row: IndexRow> {
  private var cursors: [IndexRunCursor<Row>] = []
  /// The runs that are not at their end: a heap, the smallest key first, of equal keys the earliest
  /// run.
  private var heap: [(key: SHA256Digest, run: Int)] = []

  /// Begins with the smallest key.
  init(_ runs: [IndexRunPages]) throws(StoreError) {
    for (number, run) in runs.enumerated() {
      let cursor = try IndexRunCursor<Row>(run)
      cursors.append(cursor)
      if let row = cursor.row {
        heap.append((row.key, number))
        rise(heap.count - 1)
      }
    }
  }

  /// Takes all rows of the next key, in the order of the runs.
  ///
  /// - Parameter rows: Gets them in the place of what is in it; none behind the last.
  mutating func next(_ rows: inout [(row: Row, run: Int)]) throws(StoreError) {
    rows.removeAll(keepingCapacity: true)
    guard let key = heap.first?.key else { return }
    while let first = heap.first, first.key == key {
      if let row = cursors[first.run].row { rows.append((row, first.run)) }
      try cursors[first.run].advance()
      if let row = cursors[first.run].row {
        heap[0].key = row.key
      } else {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
      }
      sink()
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (first, second) = (heap[left], heap[right])
    return first.key == second.key ? first.run < second.run : first.key < second.key
  }

  private mutating func rise(_ start: Int) {
    var place = start
    while place > 0, isBefore(place, (place - 1) / 2) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink() {
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, isBefore(child + 1, child) { child += 1 }
      guard isBefore(child, place) else { return }
      heap.swapAt(place, child)
      place = child
    }
  }
}
