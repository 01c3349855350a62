internal import Accounting
public import Collection
public import Store

/// What a collector asks to repack packs of which much is dead.
public struct PackRepacker: Repacker {
  /// Makes a repacker.
  public init() {}

  /// Reads the block tables of all image objects; packs are left out that an image counts on whose
  /// object cannot be read.
  public func liveBytes(
    of catalog: Catalog, in store: Store
  ) throws(StoreError) -> [PackID: UInt64] {
    let usage = try BlockUsage(of: catalog, from: store)
    var result: [PackID: UInt64] = [:]
    for pack in catalog.packs {
      if let found = usage[pack.id], !found.isUncertain { result[pack.id] = found.live.bytes }
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
