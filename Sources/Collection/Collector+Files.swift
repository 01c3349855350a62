internal import Digests
internal import Store

extension Collector {
  /// Removes files that nothing lists, recipes, ended leases and what belongs to images that are
  /// gone.
  func removeRubbish(
    _ plan: CollectionPlan, _ report: inout CollectionReport
  ) throws(StoreError) {
    let planned = Set(plan.subjects(of: .remove))
    let unlisted = plan.survey.unlisted.filter { planned.contains(.file($0.path)) }
    try removeUnlisted(unlisted, nil, &report)
    for case .file(let path) in plan.subjects(of: .remove)
    where path.area == .layers || path.area == .leases || Companion(path) != nil {
      if try remove(path) { report.count(.remove, 1) }
    }
  }

  /// Whether a file is gone now; where everybody may hold leases, one may be anything that this
  /// account may not or cannot remove, and stays.
  private func remove(_ path: StorePath) throws(StoreError) -> Bool {
    do throws(StoreError) {
      try store.removeIfPresent(path)
      return true
    } catch {
      guard path.area == .leases, case .system = error else { throw error }
      return false
    }
  }

  /// Removes the files of what was dropped, by whomever.
  func removeDropped(
    _ plan: CollectionPlan, _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
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
    try removeUnlisted(result, staging, &report)
  }

  /// Removes files that no generation lists nor ever will: those of writers that have ended.
  ///
  /// The files were seen before the writers are listed, and these before the catalog is read, as a
  /// writer publishes before it ends. A writer that is taken for ended may be about to publish all
  /// the same; what it staged for that is removed in between, so that it cannot any more
  /// (firn-store(7), "Fencing").
  ///
  /// - Parameter staging: What the collector itself writes, which is none of the files.
  private func removeUnlisted(
    _ files: [Survey.Unlisted], _ staging: StagingArea?, _ report: inout CollectionReport
  ) throws(StoreError) {
    guard !files.isEmpty else { return }
    var writing = Set(try store.stagingOwners().map(\.token))
    if let staging { writing.remove(staging.owner.token) }
    try store.clearLeftovers()
    let listed = try store.newest().listedPaths
    for file in files where !listed.contains(file.path) {
      let mayGo = file.origin.writer.map { !writing.contains($0) } ?? writing.isEmpty
      guard mayGo else { continue }
      try store.removeIfPresent(file.path)
      report.count(.remove, 1)
      report.removedBytes &+= file.origin.size
    }
  }
}
