internal import Failures
internal import ImageTree
internal import Logging
internal import NodeService
internal import SquashFS
internal import Store
internal import SystemPackage

/// An image of a store, found by what a user calls it and read.
struct OpenedImage {
  let record: ImageRecord
  let image: LoadedImage
  /// What is done about its start.
  let start: (any ImageStart)?
  private let store: Store
  private let content: StoreContent
  private let meter = StoreMeter()
  private let starts: StartService?

  private static let cacheSize = 64 << 20

  /// Finds an image and reads its object.
  ///
  /// - Throws: `StoreError`, or `Failure` for metadata that does not make sense.
  init(_ reference: String, in store: Store) throws {
    let record = try store.newest().image(reference)
    try self.init(reference, StoreSearch.Found(store: store, image: record), nil)
  }

  /// Finds an image in several stores, as the other does in one.
  ///
  /// - Parameter starts: What takes care of the image's start; nil for nothing.
  init(_ reference: String, in stores: StoreOptions, starts: StartService? = nil) throws {
    try self.init(reference, try stores.search().find(reference), starts)
  }

  /// Reads the object of an image that was found.
  init(_ reference: String, record: ImageRecord, in store: Store) throws {
    try self.init(reference, StoreSearch.Found(store: store, image: record), nil)
  }

  private init(
    _ reference: String, _ found: StoreSearch.Found, _ starts: StartService?
  ) throws {
    store = found.store.counted(by: meter)
    record = found.image
    self.starts = starts
    let object = try store.imageObject(record.object)
    content = StoreContent(
      store, cacheSize: Self.cacheSize, meter: meter, logger: Log.make(), starts: starts)
    start = content.start(of: record)
    do throws(SquashFSError) {
      image = try LoadedImage(object, source: content)
    } catch {
      throw Failure(
        .storeCorrupt, "the image \(reference) is damaged", cause: error.failure.sentence,
        nextStep: "Import the image again, which writes it anew")
    }
  }

  /// What a server of the image has to tell of it.
  var parts: ServerParts {
    var parts = ServerParts()
    var status = StoreStatus(directory: store.directory.location, meter.counts())
    (status.state, status.images) = (.shown, 1)
    parts.stores = [status]
    let (hits, misses) = content.cacheCounts
    parts.cache = CacheStatus(
      limit: UInt64(Self.cacheSize), bytes: UInt64(content.cacheByteCount), hits: hits,
      misses: misses)
    if let starts { parts.bundles = starts.counts }
    return parts
  }
}
