internal import Digests
internal import Store

extension Collector {
  /// Publishes one generation in which images are retired, condemned and dropped: of what the plan
  /// says, what the newest catalog still allows.
  func changeCatalog(
    _ plan: CollectionPlan, _ staging: StagingArea, _ report: inout CollectionReport
  ) throws(StoreError) {
    let wanted: Set<Action> = [.retire, .condemn, .drop]
    guard plan.steps.contains(where: { wanted.contains($0.action) }) else { return }
    var done = CatalogChange()
    try store.publish(
      staging: staging, describing: { _, _ in done.text }
    ) { (catalog) throws(StoreError) in
      done = CatalogChange(of: catalog, plan)
      return done.applied(to: catalog)
    }
    report.count(.retire, done.retired.count)
    report.count(.condemn, done.condemned.count + done.condemnedPacks.count)
    report.count(.drop, done.dropped.count + done.droppedPacks.count)
  }
}

/// What a plan comes to on a catalog.
struct CatalogChange {
  var retired: [ImageRecord] = []
  var condemned: [ImageRecord] = []
  var condemnedPacks: [PackID] = []
  var dropped: [ImageRecord] = []
  var droppedPacks: [PackID] = []

  init() {}

  init(of catalog: Catalog, _ plan: CollectionPlan) {
    let survey = plan.survey
    let rules = CatalogRules(catalog: catalog, policy: plan.policy, now: survey.now)
    let retiring = Set(plan.subjects(of: .retire).compactMap(\.object))
    retired = rules.retirements().map(\.image).filter { retiring.contains($0.object) }
    let condemning = plan.subjects(of: .condemn)
    let objects = Set(condemning.compactMap(\.object))
    condemned = rules.condemnedImages().map(\.entry.image).filter { objects.contains($0.object) }
    let packs = Set(condemning.compactMap(\.pack))
    condemnedPacks = rules.condemnedPacks(besides: Set(condemned.map(\.object))).map(\.id)
      .filter(packs.contains)
    addDrops(rules, plan)
  }

  private mutating func addDrops(_ rules: CatalogRules, _ plan: CollectionPlan) {
    let survey = plan.survey
    let planned = plan.subjects(of: .drop)
    func mayGo(_ condemnation: Condemnation) -> Bool {
      rules.verdict(
        on: condemnation, leases: survey.leases, listedAfter: survey.catalog.generation
      ).mayGo
    }
    let objects = Set(planned.compactMap(\.object))
    var needed: Set<UInt32> = []
    for entry in rules.catalog.retired {
      if objects.contains(entry.image.object), entry.condemned.map(mayGo) ?? false {
        dropped.append(entry.image)
      } else {
        needed.formUnion(entry.image.packs)
      }
    }
    let packs = Set(planned.compactMap(\.pack))
    for pack in rules.catalog.packs where packs.contains(pack.id) && !needed.contains(pack.number) {
      if case .condemned(let condemnation) = pack.state, mayGo(condemnation) {
        droppedPacks.append(pack.id)
      }
    }
  }

  func applied(to catalog: Catalog) -> Catalog {
    catalog
      .dropping(objects: Set(dropped.map(\.object)), packs: Set(droppedPacks))
      .condemning(objects: Set(condemned.map(\.object)), packs: Set(condemnedPacks))
      .retiring(objects: Set(retired.map(\.object)))
  }

  /// What was done, one line for people.
  var text: String {
    let parts = [
      Self.text("retire", retired, packs: 0),
      Self.text("condemn", condemned, packs: condemnedPacks.count),
      Self.text("delete", dropped, packs: droppedPacks.count),
    ].compactMap(\.self)
    return "gc: " + parts.joined(separator: "; ")
  }

  private static func text(_ verb: String, _ images: [ImageRecord], packs: Int) -> String? {
    guard !images.isEmpty || packs > 0 else { return nil }
    var words = images.prefix(10).map { $0.names.first ?? String($0.id.prefix(12)) }
    if images.count > 10 { words.append("\(images.count - 10) more images") }
    if packs > 0 { words.append(packs == 1 ? "1 pack" : "\(packs) packs") }
    return "\(verb) " + words.joined(separator: ", ")
  }
}
