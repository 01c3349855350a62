internal import Digests

/// Makes one index run of the trailers of any number of packs, in bounded memory: rows are sorted by
/// the half million, written to temporary runs, and these are merged.
struct IndexSorter {
  /// How much is done at once.
  struct Limits {
    /// How many rows are sorted in memory: 72 bytes each.
    var rows = 1 << 19
    /// How many runs are merged at once.
    var runs = IndexRunMerge.mostRuns
  }

  private let staging: StagingArea
  private let standings: [PackID: PackStanding]
  private let limits: Limits
  private var packs: [PackID] = []
  private var blocks: [IndexBlockRow] = []
  private var pieces: [IndexPieceRow] = []
  private var runs: [IndexRunPages] = []

  /// Begins without rows.
  ///
  /// - Parameter standings: The packs that are listed; of blocks in several, the best is taken.
  init(_ staging: StagingArea, standings: [PackID: PackStanding], limits: Limits = Limits()) {
    self.staging = staging
    self.standings = standings
    self.limits = limits
  }

  /// Adds the rows of a pack.
  mutating func add(_ trailer: PackTrailer, of pack: PackID) throws(StoreError) {
    let number = UInt32(clamping: packs.count)
    packs.append(pack)
    for (ordinal, block) in trailer.blocks.enumerated() {
      blocks.append(
        IndexBlockRow(
          record: block.record, pack: number, offset: block.offset,
          ordinal: UInt32(clamping: ordinal)))
      if blocks.count + pieces.count >= limits.rows { try spill() }
    }
    for piece in trailer.pieces {
      pieces.append(
        IndexPieceRow(
          content: piece.record.content,
          location: PieceLocation(
            block: trailer.blocks[Int(piece.block)].record.content, offset: piece.record.offset,
            length: piece.record.length)))
      if blocks.count + pieces.count >= limits.rows { try spill() }
    }
  }

  /// Writes the run, durably.
  ///
  /// - Returns: What the catalog is to list; nil when there were no rows.
  consuming func finish() throws(StoreError) -> IndexRunRecord? {
    guard !runs.isEmpty else {
      var writer = try IndexRunWriter(staging)
      try write(to: &writer)
      return try writer.finish()
    }
    try spill()
    while runs.count > limits.runs {
      let some = Array(runs.prefix(limits.runs))
      if let merged = try merge(some) { runs.append(merged) }
      runs.removeFirst(some.count)
    }
    var writer = try IndexRunWriter(staging)
    var merge = IndexRunMerge(runs, standings: standings, droppingPieces: false)
    try merge.write(to: &writer)
    for run in runs { staging.discard(run.path) }
    return try writer.finish()
  }

  private func merge(_ runs: [IndexRunPages]) throws(StoreError) -> IndexRunPages? {
    var writer = try IndexRunWriter(staging)
    var merge = IndexRunMerge(runs, standings: standings, droppingPieces: false)
    try merge.write(to: &writer)
    for run in runs { staging.discard(run.path) }
    return try writer.finishTemporary()
  }

  private mutating func spill() throws(StoreError) {
    var writer = try IndexRunWriter(staging)
    try write(to: &writer)
    if let run = try writer.finishTemporary() { runs.append(run) }
    blocks.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
  }

  /// Writes the rows in memory, sorted, each key once.
  private mutating func write(to writer: inout IndexRunWriter) throws(StoreError) {
    let ranks = packs.map { standings[$0] ?? .damaged }
    blocks.sort { left, right in
      guard left.key == right.key else { return left.key < right.key }
      let (first, second) = (ranks[Int(left.pack)], ranks[Int(right.pack)])
      guard first == second else { return first < second }
      return (left.pack, left.ordinal) < (right.pack, right.ordinal)
    }
    pieces.sort { left, right in
      guard left.key == right.key else { return left.key < right.key }
      let (first, second) = (left.location, right.location)
      return (first.block, first.offset) < (second.block, second.offset)
    }
    var last: SHA256Digest?
    for row in blocks where row.key != last {
      last = row.key
      try writer.append(row.stored(in: packs[Int(row.pack)]))
    }
    try writer.endBlocks()
    last = nil
    for row in pieces where row.key != last {
      last = row.key
      try writer.append(row.content, row.location)
    }
  }
}
