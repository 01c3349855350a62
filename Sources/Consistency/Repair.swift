internal import Failures
internal import Logging
public import Store

/// Repairs what a check finds.
///
/// Every change is published like any other command's, and nothing is removed that could still be
/// of use: a repair that is killed leaves the store no worse, and is simply run again. Images are
/// read all the while.
public struct Repair: Sendable {
  /// What a repair may draw on besides the store itself.
  public struct Aids: Sendable {
    /// Other stores, to take lost blocks and image objects from.
    public var sources: [Store] = []
    /// Links an image anew from its layer recipes and publishes it; false when that is impossible.
    public var relink: (@Sendable (ImageRecord) throws -> Bool)?
    /// Imports images again that need it, now that damaged packs are marked.
    public var reimport: (@Sendable () async throws -> Void)?

    /// Makes aids that are none.
    public init() {}
  }

  let check: ConsistencyCheck
  let aids: Aids

  var store: Store { check.store }
  var logger: Logger { check.logger }

  /// Prepares a repair of what a check finds.
  public init(_ check: ConsistencyCheck, _ aids: Aids = Aids()) {
    self.check = check
    self.aids = aids
  }

  /// Checks, repairs, and checks again.
  ///
  /// A step that fails is logged, and the others are done all the same; what it left shows in the
  /// report. A check that is stopped is followed by no repair.
  public func run() async -> CheckReport {
    let before = check.findings()
    guard before.isComplete, !before.problems.isEmpty else { return before.report }
    let damage = begin(before)
    if damage.needsAid { await reimport() }
    return end(before, damage)
  }

  /// Everything that comes before images are imported again.
  func begin(_ before: ConsistencyCheck.Findings) -> Damage {
    repairFiles(before)
    let damage = Damage(before)
    if damage.changesMarks { step("marking damaged packs") { try mark(damage) } }
    if damage.isIndexWrong { step("making the block index anew") { try rebuildIndex() } }
    return damage
  }

  /// Everything that comes after it.
  func end(_ before: ConsistencyCheck.Findings, _ damage: Damage) -> CheckReport {
    if damage.needsAid { mendImages(damage) }
    return report(before)
  }

  /// What only concerns single files.
  private func repairFiles(_ before: ConsistencyCheck.Findings) {
    step("making directories") { try store.restoreAreas() }
    if before.problems.contains(where: { $0.path.area == .generations && !$0.isNote }) {
      step("going back to the last good generation") { try store.supersedeDamagedGeneration() }
    }
    if before.problems.contains(where: { $0.kind == .stray }) {
      step("clearing what dead commands staged") { try store.clearLeftovers() }
    }
    for problem in before.problems where problem.path.area == .layers && problem.kind == .damaged {
      step("removing a damaged layer recipe") { try store.removeIfPresent(problem.path) }
    }
  }

  private func mark(_ damage: Damage) throws(StoreError) {
    try store.publish("fsck: mark damaged packs") { (catalog) throws(StoreError) in
      catalog.marking(packs: damage.packs, damaged: true)
        .marking(packs: damage.wholePacks, damaged: false)
    }
  }

  private func rebuildIndex() throws(StoreError) {
    let staging = try store.stage(purpose: "fsck: rebuild index")
    defer { staging.finish() }
    try store.rebuildIndex(staging)
  }

  private func reimport() async {
    guard let reimport = aids.reimport, !check.options.isCancelled() else { return }
    check.progress(.repair("importing again"))
    do {
      try await reimport()
    } catch {
      warn("importing again", error)
    }
  }

  func step(_ what: String, _ body: () throws -> some Any) {
    guard !check.options.isCancelled() else { return }
    check.progress(.repair(what))
    do {
      _ = try body()
    } catch {
      warn(what, error)
    }
  }

  private func warn(_ what: String, _ error: any Error) {
    logger.warning(
      "\(what) failed; the rest is repaired all the same",
      metadata: ["reason": "\(Failure(presenting: error))"])
  }
}

/// What is to be repaired.
struct Damage {
  private let marked: Set<PackID>
  /// The packs that are missing or have something damaged.
  var packs: Set<PackID> = []
  /// The packs that are marked as damaged, and were found whole to the last block.
  var wholePacks: Set<PackID>
  /// The names of the image objects that are missing, damaged or wrong.
  var objects: Set<StorePath> = []
  /// Whether the index lacks something, or says something wrong.
  var isIndexWrong = false

  init(_ findings: ConsistencyCheck.Findings) {
    let catalog = findings.catalog
    wholePacks = findings.wholePacks
    marked = Set((catalog?.packs ?? []).filter(\.isDamaged).map(\.id))
    let records = Dictionary(
      (catalog?.packs ?? []).map { ($0.path, $0.id) }, uniquingKeysWith: { first, _ in first })
    for problem in findings.problems {
      switch (problem.path.area, problem.kind) {
      case (.packs, .missing), (.packs, .damaged), (.packs, .inconsistent):
        if let id = records[problem.path] { packs.insert(id) }
      case (.images, .missing), (.images, .damaged), (.images, .inconsistent):
        objects.insert(problem.path)
      case (.index, .missing), (.index, .damaged), (.index, .inconsistent): isIndexWrong = true
      case (_, .incomplete): isIndexWrong = true
      default: break
      }
    }
    // A mark alone is no damage once every block was found whole.
    packs.subtract(wholePacks)
    wholePacks.formIntersection(marked)
  }

  /// Whether the catalog marks the wrong packs as damaged.
  var changesMarks: Bool { !packs.isSubset(of: marked) || !wholePacks.isEmpty }

  /// Whether images have to be mended.
  var needsAid: Bool { !packs.isEmpty || !objects.isEmpty }
}
