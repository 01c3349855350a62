internal import Digests
internal import Relocation
internal import Store

extension Repair {
  /// Gives every image that has lost something an object that is whole, and blocks in sound packs.
  func mendImages(_ damage: Damage) {
    let sources = openSources()
    if !damage.objects.isEmpty {
      step("linking images anew") { try relink(damage) }
      step("mending image objects") { try mendObjects(damage, sources) }
      step("forgetting objects that are lost") { try forget(damage) }
    }
    step("moving blocks out of damaged packs") { try vacate(damage, sources) }
  }

  private func relink(_ damage: Damage) throws(StoreError) {
    guard let relink = aids.relink else { return }
    for image in try store.newest().images where damage.objects.contains(image.path) {
      guard (try? store.imageObject(image.object)) == nil else { continue }
      step("linking image \(image.names.first ?? image.id) anew") { try relink(image) }
    }
  }

  /// Moves images off the packs that are damaged, as far as their blocks are to be had: from those
  /// packs themselves, from others of the store, or from other stores.
  private func vacate(_ damage: Damage, _ sources: [Source]) throws(StoreError) {
    let catalog = try store.newest()
    let damaged = damage.packs.union(catalog.packs.filter(\.isDamaged).map(\.id))
    let inUse = catalog.packs.filter {
      damaged.contains($0.id) && !catalog.images(countingOn: $0).isEmpty
    }
    guard !inUse.isEmpty else { return }
    try again { () throws(StoreError) in
      _ = try Relocator(store).vacate(
        Set(inUse.map(\.id)), sources: sources.map(\.blocks), text: "fsck: leave damaged packs")
    }
  }

  /// Gives images new objects whose own are lost or contradict their packs.
  private func mendObjects(_ damage: Damage, _ sources: [Source]) throws(StoreError) {
    try again { () throws(StoreError) in
      let catalog = try store.newest()
      let candidates = catalog.keptImages.filter { damage.objects.contains($0.path) }
        .compactMap { candidate($0, sources) }
      guard !candidates.isEmpty else { return }
      let staging = try store.stage(purpose: "fsck: mend images")
      defer { staging.finish() }
      let gathering = try BlockGathering(
        store, catalog, staging: staging, sources: sources.map(\.blocks))
      let mending = ImageMending(store: store, staging: staging, gathering: gathering)
      if try mending.mend(candidates) { try store.mergeIndexRuns(staging) }
    }
  }

  /// Takes lost objects from the catalog whose images have got others, by an import perhaps.
  private func forget(_ damage: Damage) throws(StoreError) {
    let catalog = try store.newest()
    let present = Set(catalog.images.map(\.id))
    let lost = catalog.retired.map(\.image).filter { image in
      damage.objects.contains(image.path) && present.contains(image.id)
        && (try? store.imageObject(image.object)) == nil
    }
    guard !lost.isEmpty else { return }
    let objects = Set(lost.map(\.object))
    try store.publish("fsck: forget \(objects.count) lost objects") {
      (catalog) throws(StoreError) in
      let listed = Set(catalog.images.map(\.object))
      return catalog.dropping(objects: objects.subtracting(listed), packs: [])
    }
  }

  /// Does something, and does it again when a collection beside it took packs away.
  private func again(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    for _ in 0..<2 {
      do throws(StoreError) {
        return try body()
      } catch {
        guard case .packsGone = error else { throw error }
      }
    }
    try body()
  }

  /// Another store that can be read.
  private struct Source {
    var store: Store
    var catalog: Catalog
    var blocks: StoreBlocks
  }

  private func openSources() -> [Source] {
    var sources: [Source] = []
    for store in aids.sources {
      step("reading the catalog of \(store.directory.location)") {
        sources.append(
          Source(store: store, catalog: try store.newest(), blocks: StoreBlocks(store)))
      }
    }
    return sources
  }

  private func candidate(_ image: ImageRecord, _ sources: [Source]) -> ImageMending.Candidate? {
    if let object = try? store.imageObject(image.object),
      object.rootIdentity == image.rootIdentity, object.parameters == store.parameters
    {
      return ImageMending.Candidate(image: image, object: object, isObjectLost: false)
    }
    for source in sources {
      let known = source.catalog.images + source.catalog.retired.map(\.image)
      guard let other = known.first(where: { $0.id == image.id }),
        let object = try? source.store.imageObject(other.object),
        object.rootIdentity == other.rootIdentity, object.parameters == store.parameters
      else { continue }
      return ImageMending.Candidate(
        image: image, object: object, adopted: other, isObjectLost: true)
    }
    return nil
  }
}
