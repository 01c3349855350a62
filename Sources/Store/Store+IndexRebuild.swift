extension Store {
  /// Makes the block index anew from the trailers of all packs that the newest catalog lists, and
  /// publishes it in the place of all runs listed then, whatever is wrong with those.
  ///
  /// A pack that is missing, or whose trailer is damaged, is passed over: its content is stored
  /// again when it is imported again. Memory is bounded; beside the new run as much again is
  /// written to temporary files while the store has more than half a million blocks and pieces.
  /// Safe beside other writers: what they add meanwhile stays.
  ///
  /// - Returns: The newest catalog.
  @discardableResult
  public func rebuildIndex(_ staging: StagingArea) throws(StoreError) -> Catalog {
    try rebuildIndex(staging, limits: IndexSorter.Limits())
  }

  func rebuildIndex(
    _ staging: StagingArea, limits: IndexSorter.Limits
  ) throws(StoreError) -> Catalog {
    let catalog = try newest()
    var sorter = IndexSorter(staging, standings: catalog.standings, limits: limits)
    for pack in catalog.packs {
      let trailer: PackTrailer
      do throws(StoreError) {
        trailer = try self.pack(pack.id).trailer()
      } catch {
        switch error {
        case .missing, .damaged: continue
        default: throw error
        }
      }
      try sorter.add(trailer, of: pack.id)
    }
    let run = try sorter.finish()
    return try publish("rebuild index", staging: staging) { (newest) throws(StoreError) in
      newest.replacing(anyOf: catalog.indexRuns, with: run)
    }
  }
}
