/// Keeps up with a store's newest generation at one path operation per look.
///
/// Every so often it lists the generations, so that it finds its way even when the ones it missed
/// were collected. Owned by one caller.
public struct GenerationFollower: Sendable {
  /// How many looks there are between two listings.
  public static let looksPerListing = 64

  private let store: Store
  private var looks = 0
  /// The newest catalog seen.
  public private(set) var current: Catalog

  /// Begins with the newest generation.
  public init(_ store: Store) throws(StoreError) {
    self.store = store
    current = try store.newest()
  }

  /// The newest catalog if it is newer than ``current``, which it becomes; else nil.
  public mutating func next() throws(StoreError) -> Catalog? {
    looks += 1
    let found: Catalog?
    if looks % Self.looksPerListing == 0 {
      let newest = try store.newest()
      found = newest.generation > current.generation ? newest : nil
    } else {
      found = try store.newer(than: current.generation)
    }
    if let found { current = found }
    return found
  }
}
