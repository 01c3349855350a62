internal import Digests
internal import Store

extension Collector {
  /// Removes the files of what was dropped, files that nothing lists, recipes, ended leases
  /// and what belongs to images that are gone.
  func removeFiles(
    _ plan: CollectionPlan, _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
    try removeUnlisted(try candidates(plan), staging, &report)
    for case .file(let path) in plan.subjects(of: .remove)
    where path.area == .layers || path.area == .leases || Companion(path) != nil {
      try store.removeIfPresent(path)
      report.count(.remove, 1)
    }
  }

  /// The files of dropped things, by whomever they were dropped, and of rubbish.
  private func candidates(_ plan: CollectionPlan) throws(StoreError) -> [Survey.Unlisted] {
    var result: [Survey.Unlisted] = []
    for subject in plan.subjects(of: .drop) {
      let path =
        switch subject {
        case .image(let object, _, _): StorePath(.images, object.hex)
        case .pack(let id): StorePath(.packs, id.description)
        default: nil as StorePath?
        }
      guard let path, let origin = try store.origin(of: path) else { continue }
      result.append(Survey.Unlisted(path, origin))
    }
    let planned = Set(plan.subjects(of: .remove))
    return result + plan.survey.unlisted.filter { planned.contains(.file($0.path)) }
  }

  /// Removes files that no generation lists nor ever will: those of writers that have ended.
  ///
  /// The files were seen before the writers are listed, and these before the catalog is read, as a
  /// writer publishes before it ends. A writer that is taken for ended may be about to publish all
  /// the same; what it staged for that is removed in between, so that it cannot any more
  /// (firn-store(7), "Fencing").
  private func removeUnlisted(
    _ files: [Survey.Unlisted], _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
    guard !files.isEmpty else { return }
    let writing = Set(try store.stagingOwners().map(\.token)).subtracting([staging.owner.token])
    try store.clearLeftovers()
    let listed = try store.newest().files
    for file in files where !listed.contains(file.path) {
      let mayGo = file.origin.writer.map { !writing.contains($0) } ?? writing.isEmpty
      guard mayGo else { continue }
      try store.removeIfPresent(file.path)
      report.count(.remove, 1)
      report.removedBytes &+= file.origin.size
    }
  }
}
