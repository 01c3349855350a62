internal import Digests

extension StoreCheck {
  /// Checks the runs, that their rows agree with the packs, and that no block is forgotten.
  mutating func checkIndex(of catalog: Catalog) {
    for run in catalog.indexRuns { check(run) }
    guard hasWholeIndex else { return }
    var forgotten = forgottenBlocks(of: catalog)
    guard !forgotten.isEmpty else { return }
    let usable = Set(catalog.packs.filter { !$0.isDamaged }.map(\.id))
    let cache = IndexPageCache(capacity: 64)
    for (number, record) in catalog.indexRuns.enumerated() {
      guard let pages = try? store.indexRunPages(record) else { continue }
      let run = IndexRunLookup(pages, number: number, cache: cache)
      for pack in forgotten.keys {
        forgotten[pack]?.removeAll { content in
          run.row(of: content, IndexBlockRow.self)
            .map { usable.contains(pages.trailer.packs[Int($0.pack)]) } ?? false
        }
      }
    }
    for pack in catalog.packs {
      guard let count = forgotten[pack.id]?.count, count > 0 else { continue }
      findings.append(
        Problem(
          .incomplete, pack.path, "the index does not know \(count) of its blocks", isNote: true))
    }
  }

  /// Goes through a run a window at a time.
  private mutating func check(_ record: IndexRunRecord) {
    var rows: [PackID: PackRows] = [:]
    swap(&rows, &self.rows)
    defer { swap(&rows, &self.rows) }
    let wrong = attempt(record.path) { (store) throws(StoreError) in
      try Self.contradiction(of: try store.indexRunPages(record), &rows)
    }
    if case .some(.none) = wrong { return }
    hasWholeIndex = false
    if case .some(.some(let pack)) = wrong {
      findings.append(
        Problem(.inconsistent, record.path, "a row contradicts the trailer of pack \(pack)"))
    }
  }

  /// The pack whose trailer has another block where a row says that one is; nil when there is none.
  private static func contradiction(
    of run: IndexRunPages, _ packs: inout [PackID: PackRows]
  ) throws(StoreError) -> PackID? {
    var wrong: PackID?
    try run.check { row in
      let pack = run.trailer.packs[Int(row.pack)]
      // Rows of packs that are not listed any more are ignored by everybody.
      guard let known = packs[pack] else { return }
      if known.has(row.record, at: row.offset, ordinal: row.ordinal) {
        packs[pack]?.index(row.ordinal)
      } else {
        wrong = wrong ?? pack
      }
    }
    return wrong
  }

  /// The contents of blocks that no row stands for: in another pack there may be the same content.
  private func forgottenBlocks(of catalog: Catalog) -> [PackID: [SHA256Digest]] {
    var result: [PackID: [SHA256Digest]] = [:]
    for pack in catalog.packs where !pack.isDamaged {
      guard let known = rows[pack.id], known.isIndexed.contains(false),
        let trailer = try? store.pack(pack.id).trailer(),
        trailer.blocks.count == known.isIndexed.count
      else { continue }
      result[pack.id] = zip(trailer.blocks, known.isIndexed).filter { !$0.1 }.map(
        \.0.record.content)
    }
    return result
  }
}
