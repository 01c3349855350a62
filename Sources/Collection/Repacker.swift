public import Store

/// Who knows how much of packs is in use, and can write what is elsewhere.
public protocol Repacker: Sendable {
  /// How many stored bytes of each pack the images count on that are not condemned.
  ///
  /// Packs that are left out are not repacked.
  func liveBytes(of catalog: Catalog, in store: Store) throws(StoreError) -> [PackID: UInt64]

  /// Writes the live blocks of packs elsewhere and publishes that, so that no image counts on the
  /// packs any more and a collector can condemn them.
  ///
  /// Must be safe to be stopped at any point and beside every other command.
  func repack(_ packs: [PackID], in store: Store, _ staging: StagingArea) throws(StoreError)
}
