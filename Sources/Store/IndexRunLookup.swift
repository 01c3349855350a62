internal import Digests
internal import Synchronization

/// Looks rows up in an index run that is too large to be held in memory.
///
/// Digests are evenly distributed, so the place of a row is guessed from its key; the first and
/// last keys of pages that were read make later guesses right at once. Thread-safe.
final class IndexRunLookup: Sendable {
  /// What is known of a page.
  private enum Fence {
    case unread
    case keys(first: SHA256Digest, last: SHA256Digest)
    case damaged
  }

  private struct State {
    var blocks: [Fence]
    var pieces: [Fence]
    var hasFailed = false

    func fence(of page: Int, _ table: IndexRunTable) -> Fence {
      table == .blocks ? blocks[page] : pieces[page]
    }

    mutating func note(_ fence: Fence, of page: Int, _ table: IndexRunTable) {
      if table == .blocks { blocks[page] = fence } else { pieces[page] = fence }
    }
  }

  /// After so many guesses the rest is halved, whatever the keys are.
  private static let mostGuesses = 8

  let run: IndexRunPages
  private let number: Int
  private let cache: IndexPageCache
  private let state: Mutex<State>

  /// - Parameters:
  ///   - number: Tells the run from others in the cache.
  ///   - cache: Where pages are kept.
  init(_ run: IndexRunPages, number: Int, cache: IndexPageCache) {
    self.run = run
    self.number = number
    self.cache = cache
    state = Mutex(
      State(
        blocks: Array(repeating: .unread, count: run.pageCount(.blocks)),
        pieces: Array(repeating: .unread, count: run.pageCount(.pieces))))
  }

  /// Whether some page could not be read: what only it has is not found.
  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// The row of a key; nil where there is none, or where its page cannot be read.
  func row<Row: IndexRow>(of key: SHA256Digest, _: Row.Type = Row.self) -> Row? {
    var search = Search(key: key, pages: run.pageCount(Row.table))
    while let page = search.guess() {
      switch fence(of: page, Row.table) {
      case .damaged, .unread: return nil
      case .keys(let first, let last):
        if key < first {
          search.isBelow(page, first)
        } else if key > last {
          search.isAbove(page, last)
        } else {
          return row(of: key, page: page)
        }
      }
    }
    return nil
  }

  /// The pages that a key may be in.
  private struct Search {
    let key: SHA256Digest
    private var low = 0
    private var high: Int
    private var lowWord: UInt64 = 0
    private var highWord: UInt64 = .max
    private var guesses = 0

    init(key: SHA256Digest, pages: Int) {
      self.key = key
      high = pages - 1
    }

    /// The page to look at next; nil when none is left.
    mutating func guess() -> Int? {
      guard low <= high else { return nil }
      guesses += 1
      guard guesses <= IndexRunLookup.mostGuesses, highWord > lowWord else {
        return low + (high - low) / 2
      }
      let word = min(max(key.leadingWord, lowWord), highWord)
      let share = Double(word - lowWord) / Double(highWord - lowWord)
      return min(low + Int(share * Double(high - low + 1)), high)
    }

    mutating func isBelow(_ page: Int, _ first: SHA256Digest) {
      high = page - 1
      highWord = first.leadingWord
    }

    mutating func isAbove(_ page: Int, _ last: SHA256Digest) {
      low = page + 1
      lowWord = last.leadingWord
    }
  }

  private func fence(of page: Int, _ table: IndexRunTable) -> Fence {
    let known = state.withLock { $0.fence(of: page, table) }
    guard case .unread = known else { return known }
    guard let bytes = try? run.read(table, page..<page + 1),
      let first = Self.key(ofRow: 0, in: bytes),
      let last = Self.key(ofRow: run.rowCount(table, page: page) - 1, in: bytes)
    else {
      state.withLock { state in
        state.note(.damaged, of: page, table)
        state.hasFailed = true
      }
      return .damaged
    }
    cache.insert(bytes, .init(run: number, table: table, page: page))
    state.withLock { $0.note(.keys(first: first, last: last), of: page, table) }
    return .keys(first: first, last: last)
  }

  private func row<Row: IndexRow>(of key: SHA256Digest, page: Int) -> Row? {
    guard let bytes = bytes(of: page, Row.table) else { return nil }
    var low = 0
    var high = run.rowCount(Row.table, page: page)
    while low < high {
      let middle = low + (high - low) / 2
      guard let found = Self.key(ofRow: middle, in: bytes) else { return nil }
      if found == key {
        var reader = ByteReader(bytes, at: middle * IndexRunTrailer.rowSize)
        guard let row = try? Row(reading: &reader),
          row.isPossible(packs: run.trailer.packs.count)
        else { return nil }
        return row
      }
      if found < key { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  private func bytes(of page: Int, _ table: IndexRunTable) -> [UInt8]? {
    let key = IndexPageCache.Key(run: number, table: table, page: page)
    if let known = cache[key] { return known }
    guard let bytes = try? run.read(table, page..<page + 1) else {
      state.withLock { $0.hasFailed = true }
      return nil
    }
    cache.insert(bytes, key)
    return bytes
  }

  private static func key(ofRow row: Int, in bytes: [UInt8]) -> SHA256Digest? {
    var reader = ByteReader(bytes, at: row * IndexRunTrailer.rowSize)
    return try? reader.digest()
  }
}
