public import Store

/// Removes from a store what nobody needs any more.
///
/// May be stopped at any point and run beside every other command, a second collector included:
/// what must never happen then, and why it does not, is the matter of firn-store(7).
public struct Collector: Sendable {
  /// How many generations are removed at a time.
  static let generationsAtOnce = 256

  let store: Store
  let policy: CollectionPolicy
  let repacker: (any Repacker)?

  /// Makes a collector.
  ///
  /// - Parameter repacker: Without one, no pack is repacked.
  public init(_ store: Store, policy: CollectionPolicy, repacker: (any Repacker)? = nil) {
    self.store = store
    self.policy = policy
    self.repacker = repacker
  }

  /// Says what is to be done; changes nothing.
  ///
  /// - Parameter change: What to assume of the catalog, such as that images are pinned.
  public func plan(
    assuming change: (Catalog) throws(StoreError) -> Catalog = { $0 }
  ) throws(StoreError) -> CollectionPlan {
    var survey = try Survey(of: store, policy: policy)
    survey.catalog = try change(survey.catalog)
    if let repacker {
      survey.packUse = try repacker.use(
        of: survey.catalog, in: store, deadFrom: policy.deadShare)
    }
    return CollectionPlan(survey, policy: policy)
  }

  /// Does what a plan of this store says, as far as it still holds.
  ///
  /// - Returns: What was done.
  @discardableResult
  public func execute(_ plan: CollectionPlan) throws(StoreError) -> CollectionReport {
    var report = CollectionReport()
    guard !plan.isEmpty else { return report }
    report.count(.clear, try store.clearLeftovers().count + plan.survey.strays.count)
    // Needs no room, so that a store which is full can be collected.
    try removeRubbish(plan, &report)
    let staging = try store.stage(purpose: "gc")
    defer { staging.finish() }
    try changeCatalog(plan, staging, &report)
    try removeDropped(plan, staging, &report)
    try removeGenerations(plan, staging, &report)
    try repack(plan, staging, &report)
    try mergeIndex(plan, staging, &report)
    return report
  }

  private func repack(
    _ plan: CollectionPlan, _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
    let packs = plan.subjects(of: .repack).compactMap(\.pack)
    guard let repacker, !packs.isEmpty else { return }
    try repacker.repack(packs, in: store, staging)
    report.count(.repack, packs.count)
  }

  private func mergeIndex(
    _ plan: CollectionPlan, _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
    guard !plan.subjects(of: .merge).isEmpty else { return }
    let before = plan.survey.catalog.indexRuns.count
    let after = try store.mergeIndexRuns(staging).indexRuns.count
    if after < before { report.count(.merge, before - after + 1) }
  }
}
