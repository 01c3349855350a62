internal import Store

extension Repair {
  /// Checks again, and compares with what was found before.
  ///
  /// The structure is read again; a block that was found damaged is one as long as an image counts
  /// on its pack.
  func report(_ before: ConsistencyCheck.Findings) -> CheckReport {
    var structure = StoreCheck(store)
    structure.run()
    var now = structure.findings
    let listed = Set((structure.catalog?.packs ?? []).map(\.path))
    let blocks = before.problems.filter { $0.offset != nil && listed.contains($0.path) }
    if let catalog = structure.catalog {
      let reported = Set(now.filter { $0.kind == .missing }.map(\.path))
      now += BlockUsers(catalog, of: store).attribute(blocks)
        .filter { !reported.contains($0.path) }
    }
    var report = CheckReport(now, catalog: structure.catalog)
    report.checkedPacks = before.checkedPacks
    let left = Set(now.map(Identity.init))
    report.repaired = before.problems.filter { problem in
      !left.contains(Identity(problem))
    }
    return report
  }

  /// What makes two findings the same before and after: not the words, nor who is affected.
  private struct Identity: Hashable {
    var kind: Problem.Kind
    var path: StorePath
    var offset: UInt64?
    var isNote: Bool

    init(_ problem: Problem) {
      kind = problem.kind
      path = problem.path
      offset = problem.offset
      isNote = problem.isNote
    }
  }
}
