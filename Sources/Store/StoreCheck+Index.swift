internal import Digests

extension StoreCheck {
  /// Checks the runs, that their rows agree with the packs, and that no block is forgotten.
  mutating func checkIndex(of catalog: Catalog) {
    for run in catalog.indexRuns { check(run) }
    guard hasWholeIndex else { return }
    var forgotten = forgottenBlocks(of: catalog)
    guard !forgotten.isEmpty else { return }
    let usable = Set(catalog.packs.filter { !$0.isDamaged }.map(\.id))
    for record in catalog.indexRuns {
      guard let run = try? store.indexRun(record) else { continue }
      for pack in forgotten.keys {
        forgotten[pack]?.removeAll { content in
          run.block(content).map { usable.contains(run.trailer.packs[Int($0.pack)]) } ?? false
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

  private mutating func check(_ record: IndexRunRecord) {
    let read = attempt(record.path) { (store) throws(StoreError) in try store.indexRun(record) }
    guard let run = read else { return hasWholeIndex = false }
    for row in 0..<run.blockCount {
      let block = run.block(atRow: row)
      let pack = run.trailer.packs[Int(block.pack)]
      // Rows of packs that are not listed any more are ignored by everybody.
      guard let known = rows[pack] else { continue }
      guard known.has(block.record, at: block.offset, ordinal: block.ordinal) else {
        findings.append(
          Problem(.inconsistent, record.path, "a row contradicts the trailer of pack \(pack)"))
        return hasWholeIndex = false
      }
      rows[pack]?.index(block.ordinal)
    }
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
