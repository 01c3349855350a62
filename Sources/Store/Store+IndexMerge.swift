internal import Digests

extension Store {
  /// How many index runs there may be before some are merged.
  public static let mostIndexRuns = 8

  /// Merges index runs when a catalog lists more than ``mostIndexRuns``, and publishes that.
  ///
  /// The smallest runs are merged, as many as keeps each remaining run larger than what is merged:
  /// so a row is rewritten a number of times that grows with the logarithm of the store. Harmless
  /// beside other writers: when one of them merged the same runs, nothing is published.
  ///
  /// - Returns: The newest catalog.
  @discardableResult
  public func mergeIndexRuns(_ staging: StagingArea) throws(StoreError) -> Catalog {
    let catalog = try newest()
    let chosen = Self.runsToMerge(catalog.indexRuns)
    guard !chosen.isEmpty else { return catalog }
    let runs: [IndexRun]
    do throws(StoreError) {
      var read: [IndexRun] = []
      for record in chosen { read.append(try indexRun(record)) }
      runs = read
    } catch .missing, .damaged {
      return try newest()
    }
    let merged = try merge(runs, listed: Set(catalog.packs.map(\.id)), staging)
    return try publish("merge index runs", staging: staging) { (catalog) throws(StoreError) in
      catalog.replacing(runs: chosen, with: merged)
    }
  }

  /// The runs to be merged into one: none while there are few.
  static func runsToMerge(_ runs: [IndexRunRecord]) -> [IndexRunRecord] {
    guard runs.count > mostIndexRuns else { return [] }
    let bySize = runs.sorted { ($0.size, $0.id) < ($1.size, $1.id) }
    var chosen = Array(bySize.prefix(runs.count - mostIndexRuns + 1))
    var total = chosen.reduce(0) { $0 + $1.size }
    for run in bySize.dropFirst(chosen.count) {
      guard run.size <= total else { break }
      chosen.append(run)
      total += run.size
    }
    return chosen
  }

  private func merge(
    _ runs: [IndexRun], listed: Set<PackID>, _ staging: StagingArea
  ) throws(StoreError) -> IndexRunRecord? {
    var writer = try IndexRunWriter(staging)
    let blocks = runs.map { run in (0..<run.blockCount, { run.block(atRow: $0).record.content }) }
    var last: SHA256Digest?
    try Self.forEachMerged(blocks) { (run, row) throws(StoreError) in
      let found = runs[run].block(atRow: row)
      let pack = runs[run].trailer.packs[Int(found.pack)]
      guard found.record.content != last, listed.contains(pack) else { return }
      last = found.record.content
      try writer.append(
        StoredBlock(
          block: found.record,
          location: BlockLocation(pack: pack, offset: found.offset, ordinal: found.ordinal)))
    }
    try writer.endBlocks()
    let pieces = runs.map { run in (0..<run.pieceCount, { run.piece(atRow: $0).content }) }
    last = nil
    try Self.forEachMerged(pieces) { (run, row) throws(StoreError) in
      let found = runs[run].piece(atRow: row)
      guard found.content != last else { return }
      last = found.content
      try writer.append(found.content, found.location)
    }
    return try writer.finish()
  }

  /// Visits the rows of several sorted tables in ascending order of their keys.
  private static func forEachMerged(
    _ tables: [(rows: Range<Int>, key: (Int) -> SHA256Digest)],
    _ body: (_ table: Int, _ row: Int) throws(StoreError) -> Void
  ) throws(StoreError) {
    var heads = tables.map { $0.rows.lowerBound }
    var keys = tables.indices.map { table in
      tables[table].rows.isEmpty ? nil : tables[table].key(heads[table])
    }
    while true {
      var best: (table: Int, key: SHA256Digest)?
      for (table, key) in keys.enumerated() {
        if let key, best.map({ key < $0.key }) ?? true { best = (table, key) }
      }
      guard let table = best?.table else { return }
      try body(table, heads[table])
      heads[table] += 1
      keys[table] =
        heads[table] < tables[table].rows.upperBound ? tables[table].key(heads[table]) : nil
    }
  }
}
