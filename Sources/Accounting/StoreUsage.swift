public import Store

/// What a store takes, and which image or none is to blame.
public struct StoreUsage: Sendable {
  /// An image, and what it takes; nil when its object cannot be read.
  public typealias Row = (image: ImageRecord, usage: ImageUsage?)

  /// The images asked for, in the order of the catalog.
  public private(set) var images: [Row] = []
  /// The blocks that some image has, each once.
  public private(set) var inUse = Amount()
  /// The blocks that only removed images have, which can still be had back.
  public private(set) var removed = Amount()
  /// The stored bytes of blocks that nobody has, in the packs that the catalog lists.
  public private(set) var deadBytes: UInt64 = 0
  /// The images and removed images whose objects cannot be read: what they have counts as dead.
  public private(set) var unreadable: [ImageRecord] = []
  /// What the files take; nil unless that was asked for.
  public private(set) var sizes: StoreSizes?

  /// Reads all image objects, those of the images asked for twice, and the footers of all packs.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - isWanted: Which images to say something about.
  ///   - countingFiles: Whether to look at the sizes of all files too.
  public init(
    of store: Store, images isWanted: (ImageRecord) -> Bool = { _ in true }, countingFiles: Bool
  ) throws(StoreError) {
    try self.init(
      of: try store.newest(), in: store, images: isWanted, countingFiles: countingFiles)
  }

  /// The same of a catalog that was read before.
  public init(
    of catalog: Catalog, in store: Store, images isWanted: (ImageRecord) -> Bool,
    countingFiles: Bool
  ) throws(StoreError) {
    let usage = try BlockUsage(of: catalog, from: store, findingShared: true)
    for image in catalog.images where isWanted(image) {
      images.append((image, try usage.usage(of: image, from: store)))
    }
    removed = usage.total.retiredOnly
    inUse = usage.total.live - removed
    unreadable = usage.unreadable
    for pack in catalog.packs {
      let live = usage[pack.id]?.live.bytes ?? 0
      let all = try Self.dataByteCount(of: pack, in: store)
      deadBytes += all - min(all, live)
    }
    if countingFiles {
      sizes = try StoreSizes(of: store, catalog, objectSizes: usage.objectSizes)
    }
  }

  /// The stored bytes of a pack's blocks; 0 when its footer cannot be read.
  private static func dataByteCount(
    of pack: PackRecord, in store: Store
  ) throws(StoreError) -> UInt64 {
    do throws(StoreError) {
      return try store.pack(pack.id).dataByteCount()
    } catch {
      switch error {
      case .missing, .damaged: return 0
      default: throw error
      }
    }
  }
}
