/// Where a machine keeps the files of generations that it has seen; none ever changes.
public protocol GenerationMemory: Sendable {
  /// The bytes of a generation's file, if they are known.
  func bytes(ofGeneration number: UInt64) -> [UInt8]?

  /// Keeps the bytes of a generation's file.
  func keep(_ bytes: [UInt8], ofGeneration number: UInt64)
}

/// Keeps up with a store's newest generation at one path operation per look.
///
/// Every so often it lists the generations, so that it finds its way even when the ones it missed
/// were collected. Owned by one caller.
public struct GenerationFollower: Sendable {
  /// How many looks there are between two listings.
  public static let looksPerListing = 64

  private let store: Store
  private let memory: (any GenerationMemory)?
  private var looks = 0
  /// The newest catalog seen.
  public private(set) var current: Catalog

  /// Begins with the newest generation.
  public init(_ store: Store) throws(StoreError) {
    self.store = store
    memory = nil
    current = try store.newest()
  }

  /// Begins with the newest generation of a listing: without any operation where it is remembered.
  ///
  /// - Parameters:
  ///   - listed: The last of ``Store/generations()``, which were listed a moment ago.
  ///   - memory: What is known from before, and where what is read is kept.
  public init(
    _ store: Store, listed: UInt64?, memory: (any GenerationMemory)?
  ) throws(StoreError) {
    self.store = store
    self.memory = memory
    if let listed, let bytes = memory?.bytes(ofGeneration: listed),
      let known = try? Store.decode(bytes, generation: listed)
    {
      current = known
    } else {
      var found: Catalog?
      if let listed { found = try store.newest(from: listed) }
      if let found { current = found } else { current = try store.newest() }
      keep(current)
    }
  }

  private func keep(_ catalog: Catalog) {
    guard let memory, let bytes = try? Store.encode(catalog) else { return }
    memory.keep(bytes, ofGeneration: catalog.generation)
  }

  /// The newest catalog if it is newer than ``current``, which it becomes; else nil.
  public mutating func next() throws(StoreError) -> Catalog? {
    looks += 1
    let found: Catalog?
    if looks % Self.looksPerListing == 0 {
      let newest = try store.newest()
      // One of the same number that differs: somebody put an older state of the store back.
      found = newest.generation >= current.generation && newest != current ? newest : nil
    } else {
      found = try store.newer(than: current.generation)
    }
    if let found {
      current = found
      keep(found)
    }
    return found
  }
}
