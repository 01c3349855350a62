internal import Synchronization

/// How long things of several kinds took, counted by any number of threads at once.
///
/// A row for each kind: a counter for each power of two of microseconds, and the sum of all times.
/// Noting a time is two additions to memory and takes no lock. Rows lie in cache lines of their own,
/// so that threads which do different things do not slow each other down. What is read while
/// others count may lack the last of their times in the one and have it in the other.
public final class LatencyTable: @unchecked Sendable {
  /// Cells of a row: the counters, the sum, and what is left of the row's four cache lines.
  private static let stride = 32
  private static let sum = Latencies.bucketCount

  private let cells: UnsafeMutablePointer<Atomic<UInt64>>
  /// How many rows there are.
  public let rows: Int

  /// Makes a table in which nothing is counted yet.
  public init(rows: Int) {
    precondition(rows > 0 && Self.sum < Self.stride, "a row holds its counters and the sum")
    self.rows = rows
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: rows * Self.stride * MemoryLayout<UInt64>.stride, alignment: 128)
    cells = bytes.bindMemory(to: Atomic<UInt64>.self, capacity: rows * Self.stride)
    for cell in 0..<rows * Self.stride { (cells + cell).initialize(to: Atomic(0)) }
  }

  deinit {
    cells.deinitialize(count: rows * Self.stride)
    UnsafeMutableRawPointer(cells).deallocate()
  }

  /// Counts a time.
  ///
  /// - Precondition: `row` is one of the table's.
  public func note(_ row: Int, nanoseconds: UInt64) {
    precondition(row >= 0 && row < rows, "there is no such row")
    let start = cells + row * Self.stride
    start[Latencies.bucket(of: nanoseconds)].add(1, ordering: .relaxed)
    start[Self.sum].add(nanoseconds, ordering: .relaxed)
  }

  /// What was counted in a row so far.
  ///
  /// - Precondition: `row` is one of the table's.
  public subscript(row: Int) -> Latencies {
    precondition(row >= 0 && row < rows, "there is no such row")
    let start = cells + row * Self.stride
    return Latencies(
      counts: (0..<Latencies.bucketCount).map { start[$0].load(ordering: .relaxed) },
      nanoseconds: start[Self.sum].load(ordering: .relaxed))
  }
}
