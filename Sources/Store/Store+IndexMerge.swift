internal import Digests

extension Store {
  /// How many index runs there may be before some are merged.
  public static let mostIndexRuns = 8

  /// Merges index runs when a catalog lists more than ``mostIndexRuns``, and publishes that.
  ///
  /// The smallest runs are merged, as many as keeps each remaining run larger than what is merged:
  /// so a row is rewritten a number of times that grows with the logarithm of the store. Harmless
  /// beside other writers: when one of them merged the same runs, nothing is published. A run that
  /// cannot be read stays as it is. Memory is bounded, whatever the size of the runs.
  ///
  /// - Returns: The newest catalog.
  @discardableResult
  public func mergeIndexRuns(_ staging: StagingArea) throws(StoreError) -> Catalog {
    var unreadable: Set<StorePath> = []
    while true {
      let catalog = try newest()
      let chosen = Self.runsToMerge(
        catalog.indexRuns.filter { !unreadable.contains(StorePath(.index, $0.id.hex)) })
      guard !chosen.isEmpty else { return catalog }
      let merged: IndexRunRecord?
      do throws(StoreError) {
        merged = try merge(chosen, catalog.standings, staging)
      } catch {
        switch error {
        case .missing(let path), .damaged(let path, _):
          // Merged by another writer and collected, or to be repaired: the others can be merged.
          guard path.area == .index, unreadable.insert(path).inserted else { throw error }
          continue
        default: throw error
        }
      }
      return try publish("merge index runs", staging: staging) { (catalog) throws(StoreError) in
        catalog.replacing(runs: chosen, with: merged)
      }
    }
  }

  /// The runs to be merged into one: none while there are few.
  static func runsToMerge(_ runs: [IndexRunRecord]) -> [IndexRunRecord] {
    guard runs.count > mostIndexRuns else { return [] }
    let bySize = runs.sorted { ($0.size, $0.id) < ($1.size, $1.id) }
    let count = min(runs.count - mostIndexRuns + 1, IndexRunMerge.mostRuns)
    var chosen = Array(bySize.prefix(count))
    var total = chosen.reduce(0) { $0 + $1.size }
    for run in bySize.dropFirst(count) {
      guard run.size <= total, chosen.count < IndexRunMerge.mostRuns else { break }
      chosen.append(run)
      total += run.size
    }
    return chosen
  }

  private func merge(
    _ records: [IndexRunRecord], _ standings: [PackID: PackStanding], _ staging: StagingArea
  ) throws(StoreError) -> IndexRunRecord? {
    var runs: [IndexRunPages] = []
    for record in records { runs.append(try indexRunPages(record)) }
    var writer = try IndexRunWriter(staging)
    do throws(StoreError) {
      var merge = IndexRunMerge(runs, standings: standings, droppingPieces: true)
      try merge.write(to: &writer)
    } catch {
      writer.discard()
      throw error
    }
    return try writer.finish()
  }
}
