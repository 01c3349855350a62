internal import Digests
internal import Store

extension Repair {
  /// Gives every image that has lost something an object that is whole.
  ///
  /// What it needs is looked for in the store itself first, in damaged packs too, and then in the
  /// other stores.
  func mendImages(_ damage: Damage) throws(StoreError) {
    try relink(damage)
    for _ in 0..<3 {
      do throws(StoreError) {
        return try mendOnce(damage)
      } catch {
        // A collection beside us; what is left is mended on another catalog.
        guard case .packsGone = error else { throw error }
      }
    }
  }

  private func relink(_ damage: Damage) throws(StoreError) {
    guard let relink = aids.relink else { return }
    for image in try store.newest().images where damage.objects.contains(image.path) {
      guard (try? store.imageObject(image.object)) == nil else { continue }
      step("linking image \(image.names.first ?? image.id) anew") { try relink(image) }
    }
  }

  private func mendOnce(_ damage: Damage) throws(StoreError) {
    let catalog = try store.newest()
    let unsound = damage.packs.union(catalog.packs.filter(\.isDamaged).map(\.id))
    let numbers = Set(catalog.packs.filter { unsound.contains($0.id) }.map(\.number))
    let kept = catalog.images + catalog.retired.filter { $0.condemned == nil }.map(\.image)
    let affected = kept.filter {
      damage.objects.contains($0.path) || !numbers.isDisjoint(with: $0.packs)
    }
    guard !affected.isEmpty else { return }
    let staging = try store.stage(purpose: "fsck: mend images")
    defer { staging.finish() }
    let sources = openSources()
    let candidates = affected.compactMap { candidate($0, unsound, damage, sources) }
    let gathering = try BlockGathering(store, catalog, staging: staging, sources: sources)
    let mending = ImageMending(store: store, staging: staging, gathering: gathering)
    guard try mending.mend(candidates) else { return }
    try store.mergeIndexRuns(staging)
  }

  /// The other stores that can be read.
  private func openSources() -> [BlockSource] {
    var sources: [BlockSource] = []
    for source in aids.sources {
      step("reading the index of \(source.directory.location)") {
        sources.append(try BlockSource(source))
      }
    }
    return sources
  }

  private func candidate(
    _ image: ImageRecord, _ unsound: Set<PackID>, _ damage: Damage, _ sources: [BlockSource]
  ) -> ImageMending.Candidate? {
    if let object = try? store.imageObject(image.object),
      object.rootIdentity == image.rootIdentity, object.parameters == store.parameters
    {
      // The places in an object that contradicts its packs are not to be trusted.
      let isWrong = damage.objects.contains(image.path)
      return ImageMending.Candidate(
        image: image, object: object, unsound: isWrong ? nil : unsound, isObjectLost: false)
    }
    for source in sources {
      let known = source.catalog.images + source.catalog.retired.map(\.image)
      guard let other = known.first(where: { $0.id == image.id }),
        let object = try? source.store.imageObject(other.object),
        object.rootIdentity == other.rootIdentity, object.parameters == store.parameters
      else { continue }
      return ImageMending.Candidate(
        image: image, object: object, unsound: nil, adopted: other, isObjectLost: true)
    }
    return nil
  }
}
