internal import Digests

/// Writes the rows of several index runs as one, in memory that does not grow with them.
///
/// Of blocks that several runs have, the one in the best pack is taken, and rows of packs that are
/// not listed go.
struct IndexRunMerge {
  /// How many runs are merged at once at most: each takes a window of pages in memory.
  static let mostRuns = 64

  private let runs: [IndexRunPages]
  /// For each run, what the catalog says of its packs; nil for those not listed.
  private let standings: [[PackStanding?]]
  /// The blocks that were written; nil where every piece is wanted.
  private var kept: DigestFilter?

  /// Prepares a merge.
  ///
  /// - Parameter droppingPieces: Whether the runs have all blocks that their pieces lie in, so that
  ///   pieces of blocks that go may go too: nearly all do, see ``DigestFilter``.
  init(
    _ runs: [IndexRunPages], standings: [PackID: PackStanding], droppingPieces: Bool
  ) {
    self.runs = runs
    self.standings = runs.map { run in run.trailer.packs.map { standings[$0] } }
    let blocks = runs.reduce(0) { $0 &+ $1.trailer.blockCount }
    kept = droppingPieces ? DigestFilter(expecting: blocks) : nil
  }

  /// Writes all rows.
  mutating func write(to writer: inout IndexRunWriter) throws(StoreError) {
    try writeBlocks(to: &writer)
    try writer.endBlocks()
    try writePieces(to: &writer)
  }

  private mutating func writeBlocks(to writer: inout IndexRunWriter) throws(StoreError) {
    var tables = try IndexRunTables<IndexBlockRow>(runs)
    var rows: [(row: IndexBlockRow, run: Int)] = []
    while true {
      try tables.next(&rows)
      guard !rows.isEmpty else { return }
      guard let best = rows.compactMap({ place(of: $0.row, in: $0.run) }).min() else { continue }
      kept?.insert(best.stored.block.content)
      try writer.append(best.stored)
    }
  }

  /// What a row says, in a form that puts the best pack first; nil when the pack is not listed.
  private func place(of row: IndexBlockRow, in run: Int) -> Place? {
    standings[run][Int(row.pack)].map { standing in
      Place(
        standing: standing, stored: row.stored(in: runs[run].trailer.packs[Int(row.pack)]))
    }
  }

  private struct Place: Comparable {
    var standing: PackStanding
    var stored: StoredBlock

    /// Which of several equal copies is taken must not depend on what was merged before.
    static func < (left: Place, right: Place) -> Bool {
      let (first, second) = (left.stored.location, right.stored.location)
      return (left.standing, first.pack, first.ordinal)
        < (right.standing, second.pack, second.ordinal)
    }
  }

  private func writePieces(to writer: inout IndexRunWriter) throws(StoreError) {
    var tables = try IndexRunTables<IndexPieceRow>(runs)
    var rows: [(row: IndexPieceRow, run: Int)] = []
    while true {
      try tables.next(&rows)
      guard !rows.isEmpty else { return }
      let wanted = rows.lazy.map(\.row).filter { kept?.mayContain($0.location.block) ?? true }
      let first = wanted.min { left, right in
        (left.location.block, left.location.offset) < (right.location.block, right.location.offset)
      }
      if let first { try writer.append(first.content, first.location) }
    }
  }
}

extension IndexBlockRow {
  /// What the row says, with the pack that it names.
  func stored(in pack: PackID) -> StoredBlock {
    StoredBlock(
      block: record, location: BlockLocation(pack: pack, offset: offset, ordinal: ordinal))
  }
}
