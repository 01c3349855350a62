internal import Synchronization

/// What is under way, since when: so that somebody can tell what hangs.
///
/// Beginning and ending take no lock. What begins while the table is full is not in it: nobody
/// misses one of so many.
public final class PendingTable: @unchecked Sendable {
  /// Something that is under way.
  public struct Pending: Hashable, Sendable {
    /// What it is: the label it began with.
    public let label: UInt8
    /// When it began, by ``MonotonicClock/nanoseconds()``.
    public let began: UInt64
  }

  /// A place in the table, or none.
  public struct Ticket: Sendable {
    fileprivate let cell: Int?
  }

  /// The bit that a cell in use has, and those of its time, which is known to a quarter of a
  /// microsecond: the label has the last eight.
  private static let mark: UInt64 = 1 << 63
  private static let time: UInt64 = ~mark & ~0xFF

  private let cells: UnsafeMutablePointer<Atomic<UInt64>>
  private let count: Int
  private let next = Atomic<Int>(0)

  /// Makes an empty table.
  ///
  /// - Parameter count: For how many at once there is room.
  public init(room count: Int = 256) {
    precondition(count > 0, "a table has room")
    self.count = count
    cells = .allocate(capacity: count)
    for cell in 0..<count { (cells + cell).initialize(to: Atomic(0)) }
  }

  deinit {
    cells.deinitialize(count: count)
    cells.deallocate()
  }

  /// Notes that something begins.
  ///
  /// - Parameters:
  ///   - label: What it is, for whom it may concern.
  ///   - now: The time, by ``MonotonicClock/nanoseconds()``.
  public func begin(_ label: UInt8, at now: UInt64) -> Ticket {
    let value = Self.mark | now & Self.time | UInt64(label)
    let start = next.add(1, ordering: .relaxed).oldValue
    for step in 0..<count {
      let cell = Int(UInt(bitPattern: start &+ step) % UInt(count))
      guard cells[cell].load(ordering: .relaxed) == 0 else { continue }
      let result = cells[cell].compareExchange(
        expected: 0, desired: value, ordering: .relaxed)
      if result.exchanged { return Ticket(cell: cell) }
    }
    return Ticket(cell: nil)
  }

  /// Notes that something has ended; once for each beginning.
  public func end(_ ticket: Ticket) {
    guard let cell = ticket.cell else { return }
    cells[cell].store(0, ordering: .relaxed)
  }

  /// What has been under way since before a time, the oldest first.
  public func begun(before time: UInt64) -> [Pending] {
    (0..<count).compactMap { cell in
      let value = cells[cell].load(ordering: .relaxed)
      let began = value & Self.time
      guard value != 0, began < time else { return nil }
      return Pending(label: UInt8(truncatingIfNeeded: value), began: began)
    }.sorted { $0.began < $1.began }
  }
}
