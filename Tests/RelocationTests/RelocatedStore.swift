import Digests
import Relocation
import Store
import StoreSimulation

/// Stores with packs that are worth vacating.
enum RelocatedStore {
  /// A store with images a and b, whose packs have blocks of the collected c that nobody needs.
  static func withDeadBlocks() throws -> (store: Store, directory: MemoryDirectory) {
    let (store, directory) = try memoryStore()
    try Sample("c", blocks: [1, 2, 3, 4], small: ["alpha", "beta"]).publish(to: store)
    try Sample("a", blocks: [2, 5], small: ["alpha"]).publish(to: store)
    try Sample("b", blocks: [4, 5, 6], small: ["alpha", "gamma"]).publish(to: store)
    try store.publish("collect") { (catalog) throws(StoreError) in
      let without = try catalog.removing(image: "c")
      let object = Set(without.retired.map(\.image.object))
      return without.condemning(objects: object, packs: [])
    }
    return (store, directory)
  }

  /// The pack that holds a sample's whole block.
  static func pack(of seed: UInt64, in store: Store) throws -> PackID? {
    try location(of: seed, in: store)?.pack
  }

  /// Where a sample's whole block lies.
  static func location(of seed: UInt64, in store: Store) throws -> BlockLocation? {
    let content = Sample.content(seed, count: Int(store.parameters.blockSize))
    return try BlockIndex(loading: try store.newest(), of: store)
      .block(SHA256Digest.of(content.span.bytes))?.location
  }

  /// The path of a pack.
  static func path(_ pack: PackID) -> StorePath { StorePath(.packs, pack.description) }
}

extension Store {
  /// Opens the same store as another process.
  func reopened(_ directory: any StoreDirectory) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(pid: 2, isDead: { $0 == 1 }))
  }
}
