internal import Digests

/// Goes through one table of an index run from its first row to its last, with one window of pages
/// in memory.
struct IndexRunCursor<Row: IndexRow> {
  /// How many pages are read at once: sequential reads of about a quarter of a megabyte.
  static var window: Int { 4 }

  let run: IndexRunPages
  /// The row it stands at; nil behind the last.
  private(set) var row: Row?
  private var bytes = ByteReader([])
  private var nextPage = 0

  /// Begins at the first row.
  init(_ run: IndexRunPages) throws(StoreError) {
    self.run = run
    try advance()
  }

  /// Goes to the next row.
  ///
  /// - Throws: `damaged` for a page that is, or rows that are not in order.
  mutating func advance() throws(StoreError) {
    guard try fill() else {
      row = nil
      return
    }
    do throws(FormatError) {
      let next = try Row(reading: &bytes)
      if let row, next.key <= row.key { throw .invalid("the rows are not in order") }
      guard next.isPossible(packs: run.trailer.packs.count) else {
        throw .invalid("a row names no pack")
      }
      row = next
    } catch {
      throw .damaged(run.path, error)
    }
  }

  /// Reads the next window where the last is used up; false behind the last.
  private mutating func fill() throws(StoreError) -> Bool {
    guard bytes.remaining == 0 else { return true }
    let count = run.pageCount(Row.table)
    guard nextPage < count else { return false }
    let pages = nextPage..<min(nextPage + Self.window, count)
    bytes = ByteReader(try run.read(Row.table, pages))
    nextPage = pages.upperBound
    return true
  }
}
