internal import Digests
internal import Store

/// Makes the steps of a plan.
struct Planning {
  let survey: Survey
  let policy: CollectionPolicy

  private typealias Step = CollectionPlan.Step

  /// What becomes of images and packs that the catalog lists.
  func catalogSteps() -> [CollectionPlan.Step] {
    let rules = CatalogRules(catalog: survey.catalog, policy: policy, now: survey.now)
    var steps = rules.retirements().map { Step(.retire, Subject($0.image), $0.reason) }
    let condemned = rules.condemnedImages()
    steps += condemned.map { Step(.condemn, Subject($0.entry.image), $0.reason) }
    let packs = rules.condemnedPacks(besides: Set(condemned.map(\.entry.image.object)))
    steps += packs.map { Step(.condemn, .pack($0.id), .unused, bytes: $0.size) }
    for entry in survey.catalog.retired {
      guard let condemnation = entry.condemned else { continue }
      let (mayGo, reason) = verdict(rules, condemnation)
      steps.append(Step(mayGo ? .drop : .wait, Subject(entry.image), reason))
    }
    for pack in survey.catalog.packs {
      guard case .condemned(let condemnation) = pack.state else { continue }
      let (mayGo, reason) = verdict(rules, condemnation)
      steps.append(Step(mayGo ? .drop : .wait, .pack(pack.id), reason, bytes: pack.size))
    }
    return steps + repacks(sparing: Set(packs.map(\.id)))
  }

  private func verdict(
    _ rules: CatalogRules, _ condemnation: Condemnation
  ) -> (mayGo: Bool, reason: Reason) {
    rules.verdict(
      on: condemnation, leases: survey.leases, listedAfter: survey.catalog.generation)
  }

  private func repacks(sparing condemned: Set<PackID>) -> [CollectionPlan.Step] {
    survey.catalog.packs.compactMap { pack in
      guard pack.state == .live, !pack.isDamaged, !condemned.contains(pack.id),
        let use = survey.packUse[pack.id], use.isDead(from: policy.deadShare)
      else { return nil }
      let dead = use.deadBytes
      return Step(.repack, .pack(pack.id), .dead(bytes: dead, of: use.dataBytes), bytes: dead)
    }
  }

  /// What becomes of files that the catalog does not list.
  func fileSteps() -> [CollectionPlan.Step] {
    let writing = Set(survey.owners.map(\.token)).subtracting(survey.goneOwners.map(\.token))
    var steps = survey.unlisted.map { file in
      let (mayGo, reason): (Bool, Reason) =
        switch file.origin.writer {
        case nil where writing.isEmpty: (true, .unreadable)
        case nil: (false, .unreadableForNow)
        case .some(let writer) where writing.contains(writer): (false, .beingWritten)
        case .some: (true, .orphaned)
        }
      return Step(mayGo ? .remove : .wait, .file(file.path), reason, bytes: file.origin.size)
    }
    let staying = stayingPacks
    for key in survey.recipes {
      let subject = Subject.file(StorePath(.layers, key.description))
      if let needed = survey.neededLayers {
        guard !needed.contains(key) else { continue }
        steps.append(
          survey.sparePacks[key, default: []].isDisjoint(with: staying)
            ? Step(.remove, subject, .needlessRecipe) : Step(.wait, subject, .spareRecipe))
      } else {
        steps.append(Step(.wait, subject, .unknownLayers))
      }
    }
    let images = survey.catalog.images + survey.catalog.retired.map(\.image)
    let blobs = Set(images.map(\.rootIdentity))
    for companion in survey.companions where !blobs.contains(companion.rootIdentity) {
      steps.append(Step(.remove, .file(companion.path), .withoutImage))
    }
    return steps
  }

  /// The packs that stay for now.
  ///
  /// While blocks of a layer that no image has lie in one of them, an import that was stopped may
  /// go on with it.
  private var stayingPacks: Set<PackID> {
    let rules = CatalogRules(catalog: survey.catalog, policy: policy, now: survey.now)
    let staying = survey.catalog.packs.filter { pack in
      guard case .condemned(let condemnation) = pack.state else { return true }
      return !verdict(rules, condemnation).mayGo
    }
    return Set(staying.map(\.id))
  }

  /// What becomes of generations, leases, staged files and the block index.
  func upkeepSteps() -> [CollectionPlan.Step] {
    var steps = survey.goneOwners.map { Step(.clear, .owner($0), .gone) }
    steps += survey.strays.map { Step(.clear, .file($0), .ownerless) }
    steps += survey.owners.filter { !survey.goneOwners.contains($0) }
      .map { Step(.wait, .owner($0), .writing(until: $0.expires)) }
    for lease in survey.leases where lease.hasEnded(at: survey.now) {
      steps.append(Step(.remove, .file(StorePath(.leases, lease.name)), .ended(lease.expires)))
    }
    if let step = archiveStep() { steps.append(step) }
    if survey.catalog.indexRuns.count > Store.mostIndexRuns {
      steps.append(Step(.merge, .indexRuns(survey.catalog.indexRuns.count), .many))
    }
    return steps
  }

  /// A name that is free is one that a writer may link: so none goes that a living one may want.
  private func archiveStep() -> CollectionPlan.Step? {
    guard let first = survey.generations.first, var last = survey.lastOldGeneration else {
      return nil
    }
    last = min(last, survey.oldestBase)
    guard first <= last, last < survey.catalog.generation else { return nil }
    return Step(.archive, .generations(first...last), .old)
  }
}
