internal import Store

extension Collector {
  /// Removes old generations in ascending order, some at a time, each after its operation is
  /// durably in the history.
  func removeGenerations(
    _ plan: CollectionPlan, _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
    guard case .generations(let range)? = plan.subjects(of: .archive).first else { return }
    let old = plan.survey.generations.filter(range.contains)
    var start = 0
    while start < old.count {
      let end = min(start + Self.generationsAtOnce, old.count)
      try staging.archiveOperations(through: old[end - 1])
      for number in old[start..<end] {
        try store.removeIfPresent(StorePath(.generations, "\(number)"))
        report.count(.archive, 1)
      }
      start = end
    }
  }
}
