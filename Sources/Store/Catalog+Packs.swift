internal import Digests

extension Catalog {
  /// The catalog with packs added, as they come out of ``PackWriter/seal()``.
  ///
  /// One that is listed already is live afterwards.
  public func adding(packs added: [PackRecord]) -> Catalog {
    var result = self
    for record in added {
      if let index = result.packs.firstIndex(where: { $0.id == record.id }) {
        result.packs[index].state = .live
        continue
      }
      var new = record
      new.number = result.nextPackNumber
      result.nextPackNumber += 1
      result.packs.append(new)
    }
    result.packs.sort { $0.id < $1.id }
    return result
  }

  /// The catalog with condemned packs live again.
  ///
  /// - Throws: `packsGone` with those that are not listed.
  public func rescuing(_ wanted: [PackID]) throws(StoreError) -> Catalog {
    let gone = Set(wanted).subtracting(packs.map(\.id))
    guard gone.isEmpty else { throw .packsGone(gone.sorted()) }
    var result = self
    let ids = Set(wanted)
    for index in result.packs.indices where ids.contains(result.packs[index].id) {
      result.packs[index].state = .live
    }
    return result
  }

  /// The catalog with packs marked as damaged, or as sound again; ids not listed are passed over.
  public func marking(packs ids: Set<PackID>, damaged: Bool) -> Catalog {
    var result = self
    for index in result.packs.indices where ids.contains(result.packs[index].id) {
      result.packs[index].isDamaged = damaged
    }
    return result
  }

  /// The numbers of packs, ascending; ids not listed are passed over.
  func numbers(of ids: [PackID]) -> [UInt32] {
    let wanted = Set(ids)
    return packs.filter { wanted.contains($0.id) }.map(\.number).sorted()
  }

  /// The catalog with a run of the block index added, unless it is listed already.
  public func adding(run: IndexRunRecord) -> Catalog {
    guard !indexRuns.contains(where: { $0.id == run.id }) else { return self }
    var result = self
    result.indexRuns.append(run)
    return result
  }

  /// The catalog with one run in the place of several, or as it is when it does not list them all.
  public func replacing(runs merged: [IndexRunRecord], with run: IndexRunRecord?) -> Catalog {
    let ids = Set(merged.map(\.id))
    guard ids.isSubset(of: indexRuns.map(\.id)) else { return self }
    var result = self
    result.indexRuns.removeAll { ids.contains($0.id) && $0.id != run?.id }
    return run.map { result.adding(run: $0) } ?? result
  }

  /// The catalog with one run in the place of those of several that it lists.
  public func replacing(anyOf old: [IndexRunRecord], with run: IndexRunRecord?) -> Catalog {
    let ids = Set(old.map(\.id))
    var result = self
    result.indexRuns.removeAll { ids.contains($0.id) && $0.id != run?.id }
    return run.map { result.adding(run: $0) } ?? result
  }
}
