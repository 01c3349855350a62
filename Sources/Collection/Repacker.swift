public import Store

/// Who knows how much of packs is in use, and can write what is elsewhere.
public protocol Repacker: Sendable {
  /// How much of each pack is in use by images that are not condemned.
  ///
  /// Packs that are left out are not repacked.
  /// - Parameter share: Only packs matter of whose bytes so large a share is dead.
  func use(
    of catalog: Catalog, in store: Store, deadFrom share: Double
  ) throws(StoreError) -> [PackID: PackUse]

  /// Writes the live blocks of packs elsewhere and publishes that, so that no image counts on the
  /// packs any more and a collector can condemn them.
  ///
  /// Must be safe to be stopped at any point and beside every other command.
  func repack(_ packs: [PackID], in store: Store, _ staging: StagingArea) throws(StoreError)
}
