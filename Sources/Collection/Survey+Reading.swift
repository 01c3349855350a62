internal import Digests
internal import Store

extension Survey {
  /// Looks at a store; reads only.
  ///
  /// The order matters (firn-store(7), "Rubbish"): the files, then who writes, then the catalog,
  /// then who writes now and the leases.
  init(of store: Store, policy: CollectionPolicy) throws(StoreError) {
    let files = try Self.files(of: store)
    let owners = try store.stagingOwners()
    self.init(now: store.surroundings.now(), catalog: try store.newest())
    self.owners = owners
    recipes = Self.digests(in: [.layers], files).map { LayerKey($0.digest) }
    companions = files.compactMap(Companion.init)
    let tokens = Set(owners.map(\.token))
    strays = files.filter { path in
      StagingOwner.token(ofTemporary: path.name).map { !tokens.contains($0) } ?? false
    }
    goneOwners = owners.filter { store.isGone($0) }
    // Who began before the catalog was read and ends after it may make a successor of an older one
    // (P3), and need not have been there when the files were listed (C4).
    let later = try store.stagingOwners()
    for owner in Set(owners + later) where !store.isGone(owner) {
      oldestBase = min(oldestBase, store.note(of: owner)?.generation ?? 0)
    }
    // A lease that is renewed while the directory is listed may be missed, but not twice.
    leases = Array(Set(try store.leases() + store.leases())).sorted { $0.name < $1.name }
    generations = try store.generations()
    lastOldGeneration = try lastOld(in: store, policy)
    let listed = catalog.listedPaths
    for (path, _) in Self.digests(in: [.packs, .images, .index], files)
    where !listed.contains(path) {
      if let origin = try store.origin(of: path) { unlisted.append(Unlisted(path, origin)) }
    }
    if !recipes.isEmpty { neededLayers = try layers(in: store) }
    sparePacks = try sparePacks(in: store)
  }

  /// The layers that an import which was stopped may go on with: reads the recipes that no image
  /// names, if there are packs that no image counts on.
  private func sparePacks(in store: Store) throws(StoreError) -> [LayerKey: Set<PackID>] {
    let counted = Set(catalog.keptImages.flatMap(\.packs))
    let spare = Set(catalog.packs.filter { !counted.contains($0.number) }.map(\.id))
    let needless = neededLayers.map { needed in recipes.filter { !needed.contains($0) } } ?? []
    guard !spare.isEmpty, !needless.isEmpty else { return [:] }
    let index = try BlockIndex(loading: catalog, of: store)
    var packs: [LayerKey: Set<PackID>] = [:]
    for key in needless {
      guard let recipe = try? store.recipe(key) else { continue }
      let own = Set(recipe.blocks.compactMap { index.block($0.content)?.location.pack })
      packs[key] = own.intersection(spare)
    }
    return packs
  }

  private static func files(of store: Store) throws(StoreError) -> [StorePath] {
    var files: [StorePath] = []
    for area in StoreArea.allCases where area != .staging {
      files += try store.names(in: area).map { StorePath(area, $0) }
    }
    return files
  }

  /// Those files of some areas that have the names of digests.
  private static func digests(
    in areas: Set<StoreArea>, _ files: [StorePath]
  ) -> [(path: StorePath, digest: SHA256Digest)] {
    files.compactMap { path in
      guard areas.contains(path.area), let digest = SHA256Digest(hex: path.name),
        digest.hex == path.name
      else { return nil }
      return (path, digest)
    }
  }

  private func layers(in store: Store) throws(StoreError) -> Set<LayerKey>? {
    var layers: Set<LayerKey> = []
    for object in catalog.images.map(\.object) + catalog.retired.map(\.image.object) {
      do throws(StoreError) {
        layers.formUnion(try store.layers(ofObject: object))
      } catch {
        switch error {
        case .missing, .damaged: return nil
        default: throw error
        }
      }
    }
    return layers
  }

  /// The last generation that may go: found in as many reads as the number of generations has bits,
  /// as their times ascend but for the differences of clocks.
  private func lastOld(
    in store: Store, _ policy: CollectionPolicy
  ) throws(StoreError) -> UInt64? {
    let candidates = generations.dropLast(max(1, policy.keepGenerations))
    var old = candidates.startIndex
    var young = candidates.endIndex
    while old < young {
      let middle = old + (young - old) / 2
      if try isOld(candidates[middle], in: store, policy) {
        old = middle + 1
      } else {
        young = middle
      }
    }
    return old > candidates.startIndex ? candidates[old - 1] : nil
  }

  private func isOld(
    _ generation: UInt64, in store: Store, _ policy: CollectionPolicy
  ) throws(StoreError) -> Bool {
    do throws(StoreError) {
      guard let operation = try store.operation(ofGeneration: generation) else { return true }
      return now > CollectionPolicy.end(of: policy.keepWithin, since: operation.time)
    } catch .damaged {
      // Nobody can use it, and it need not keep the others.
      return true
    }
  }
}
