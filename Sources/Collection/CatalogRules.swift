internal import Digests
internal import Store

/// What a collector may change of a catalog: a pure function of it, used for the plan and again for
/// the newest catalog at each attempt to publish (firn-store(7), "Collection").
struct CatalogRules {
  let catalog: Catalog
  let policy: CollectionPolicy
  let now: Int64

  /// Images that had a name and lost the last longer ago than they are kept.
  ///
  /// Images that never had a name are there because somebody wanted them by their digest.
  func retirements() -> [(image: ImageRecord, reason: Reason)] {
    let kept = lastHolders()
    return catalog.images.compactMap { image in
      guard image.names.isEmpty, !image.isPinned, !kept.contains(image.number),
        let lost = image.formerNames.values.max(), isOver(policy.keepWithin, since: lost)
      else { return nil }
      return (image, .nameless(since: lost))
    }
  }

  /// The numbers of the images that had some name last, as many for each name as the policy says.
  private func lastHolders() -> Set<UInt32> {
    guard policy.keepLast > 0 else { return [] }
    var holders: [String: [(lost: Int64, number: UInt32)]] = [:]
    for image in catalog.images {
      for (name, lost) in image.formerNames {
        holders[name, default: []].append((lost, image.number))
      }
    }
    return Set(
      holders.values.flatMap { all in
        all.sorted { $0 > $1 }.prefix(policy.keepLast).map(\.number)
      })
  }

  /// Retired images that cannot come back because their id is there again, and those that were
  /// retired longer ago than they are kept.
  func condemnedImages() -> [(entry: RetiredImage, reason: Reason)] {
    let present = Set(catalog.images.map(\.id))
    var latest: [String: (retired: Int64, index: Int)] = [:]
    for (index, entry) in catalog.retired.enumerated() where entry.condemned == nil {
      let last = latest[entry.image.id]?.retired ?? .min
      if entry.retired >= last { latest[entry.image.id] = (entry.retired, index) }
    }
    return catalog.retired.enumerated().compactMap { index, entry in
      guard entry.condemned == nil else { return nil }
      if present.contains(entry.image.id) || latest[entry.image.id]?.index != index {
        return (entry, .superseded)
      }
      guard isOver(policy.keepWithin, since: entry.retired) else { return nil }
      return (entry, .retired(since: entry.retired))
    }
  }

  /// Live packs that no image counts on, nor a retired image that is not condemned, after some of
  /// these were.
  func condemnedPacks(besides objects: Set<SHA256Digest>) -> [PackRecord] {
    let kept = catalog.keptImages.filter { !objects.contains($0.object) }
    let needed = Set(kept.flatMap(\.packs))
    return catalog.packs.filter { $0.state == .live && !needed.contains($0.number) }
  }

  /// Why something condemned may be dropped, or may not.
  ///
  /// - Parameters:
  ///   - leases: The leases, listed after a generation was read.
  ///   - generation: That generation. A lease that was taken after the listing is of this
  ///     generation or a later one, which does not count on what was condemned by then; of what was
  ///     condemned later the listing says nothing.
  func verdict(
    on condemnation: Condemnation, leases: [Lease], listedAfter generation: UInt64
  ) -> (mayGo: Bool, reason: Reason) {
    let end = CollectionPolicy.end(of: policy.grace, since: condemnation.time)
    guard now > end, condemnation.generation <= generation else {
      return (false, .grace(until: end))
    }
    let lease = leases.filter { $0.covers(condemnation) && !$0.hasEnded(at: now) }
      .max { $0.expires < $1.expires }
    if let lease { return (false, .leased(lease)) }
    return (true, .condemned(since: condemnation.time))
  }

  private func isOver(_ wait: Int64, since time: Int64) -> Bool {
    now > CollectionPolicy.end(of: wait, since: time)
  }
}
