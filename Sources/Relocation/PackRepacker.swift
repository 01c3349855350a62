internal import Accounting
public import Collection
public import Store

/// What a collector asks to repack packs of which much is dead.
public struct PackRepacker: Repacker {
  /// Makes a repacker.
  public init() {}

  /// Reads the block tables of all image objects, and the footers of packs of which much seems dead.
  ///
  /// Packs are left out that cannot be read, or that an image counts on whose object cannot be.
  public func use(
    of catalog: Catalog, in store: Store, deadFrom share: Double
  ) throws(StoreError) -> [PackID: PackUse] {
    let usage = try BlockUsage(of: catalog, from: store)
    var result: [PackID: PackUse] = [:]
    for pack in catalog.packs {
      guard let found = usage[pack.id], !found.isUncertain else { continue }
      let live = found.live.bytes
      // The file is larger than its blocks: where it seems to be in use it is all the more.
      let bound = PackUse(liveBytes: live, dataBytes: pack.size)
      guard Double(bound.deadBytes) >= share * Double(pack.size) else { continue }
      guard let data = try? store.pack(pack.id).dataByteCount() else { continue }
      result[pack.id] = PackUse(liveBytes: live, dataBytes: data)
    }
    return result
  }

  /// Vacates the packs; images that need a block which nobody has stay as they are.
  public func repack(
    _ packs: [PackID], in store: Store, _ staging: StagingArea
  ) throws(StoreError) {
    try Relocator(store).vacate(Set(packs), staging: staging)
  }
}
