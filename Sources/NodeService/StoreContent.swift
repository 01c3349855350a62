internal import Compression
internal import Digests
public import ImageTree
public import Linux
public import Logging
public import Store
internal import Synchronization
public import SystemPackage

/// What a node reads of a store: objects and blocks, checked and cached.
///
/// A block's stored bytes are checked against their checksum when they arrive. One that fails is
/// read once more through a new descriptor; if it fails again readers get `EIO` and one line in the
/// log names pack and offset.
public final class StoreContent: ContentSource {
  /// A block in a cache that several stores share: what one store says of a content must not be
  /// what a reader of another store gets, as not everybody who may write to the one may write to
  /// the other.
  struct Key: Hashable {
    var place: Int
    var content: SHA256Digest
  }

  private let store: Store
  private let packs: PackFiles
  /// What a disk of the node's own has of the store, where there is such a cache.
  let disk: CachedContent?
  private let cache: BlockCache<Key>
  private let place: Int
  private let decompressors: Mutex<[Compressor: BlockDecompressor]>
  private let encoders: Mutex<[StoreParameters: BlockEncoder]>
  private let logger: Logger

  /// Reads from a store.
  ///
  /// - Parameter cacheSize: How many bytes of decompressed blocks to keep in memory.
  public convenience init(_ store: Store, cacheSize: Int, logger: Logger) {
    let cache = Self.makeCache(limit: cacheSize, blockSize: Int(store.parameters.blockSize))
    self.init(store, place: 0, cache: cache, logger: logger)
  }

  /// Reads from a store through a cache that several stores share, each at a place of its own.
  init(
    _ store: Store, place: Int, cache: BlockCache<Key>, disk: CachedContent? = nil, logger: Logger
  ) {
    self.store = store
    self.disk = disk
    self.place = place
    self.logger = logger
    self.cache = cache
    packs = PackFiles(store)
    decompressors = Mutex([:])
    encoders = Mutex([:])
  }

  /// A cache for blocks of at most a size: each of its parts must have room for some, or it never
  /// keeps any.
  static func makeCache(limit: Int, blockSize: Int = 1 << 20) -> BlockCache<Key> {
    BlockCache(limit: limit, shards: max(1, min(16, limit / (8 * blockSize))))
  }

  /// Reads an image object, whole; see ``ImageTree/ContentSource``.
  public func object(of record: ImageRecord) throws(Errno) -> ImageObject {
    if let bytes = disk?.object(record.object), let known = try? ImageObject(decoding: bytes) {
      return known
    }
    do throws(StoreError) {
      let (object, bytes) = try store.imageObjectWithBytes(record.object)
      disk?.keep(bytes, ofObject: record.object)
      return object
    } catch {
      logger.error(
        "an image cannot be read",
        metadata: ["image": "\(record.names.first ?? record.id)", "reason": "\(error.failure)"])
      throw .ioError
    }
  }

  /// The content of a block; see ``ImageTree/ContentSource``.
  public func content(
    of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
  ) throws(Errno) -> SharedBuffer {
    try cache.block(Key(place: place, content: block.content)) { () throws(Errno) in
      let stored = try storedBytes(of: block, at: location)
      guard block.storedSize.isCompressed else { return stored }
      let decompressor = decompressor(for: parameters.compressor)
      let content = try stored.withBytes { (input) throws(Errno) in
        try SharedBuffer(capacity: Int(block.size)) { (output) throws(Errno) in
          do throws(CompressionError) {
            return try decompressor.decompress(input, into: &output)
          } catch {
            throw report(error, block, location)
          }
        }
      }
      guard content.count == Int(block.size) else {
        throw report(CompressionError.truncated(format: "block"), block, location)
      }
      return content
    }
  }

  /// The stored bytes of a block; see ``ImageTree/ContentSource``.
  public func storedBytes(
    of block: BlockRecord, at location: BlockLocation
  ) throws(Errno) -> SharedBuffer {
    if let known = disk?.storedBytes(of: block) { return known }
    let bytes = try read(block, at: location)
    disk?.keep(bytes, of: block)
    return bytes
  }

  private func read(
    _ block: BlockRecord, at location: BlockLocation
  ) throws(Errno) -> SharedBuffer {
    for isLast in [false, true] {
      do throws(SystemError) {
        let bytes = try packs.read(block, at: location)
        if bytes.withBytes({ Checksum.of($0) }) == block.checksum { return bytes }
        if isLast { throw SystemError("checksum", nil, .ioError) }
      } catch {
        if isLast { throw report(error, block, location) }
      }
      packs.forget(location.pack)
    }
    throw .ioError
  }

  /// Content in its stored form; see ``ImageTree/ContentSource``.
  public func storedForm(
    of content: [UInt8], parameters: StoreParameters
  ) throws(Errno) -> BlockEncoder.Block {
    if let known = encoders.withLock({ $0[parameters] }) { return known.encode(content) }
    guard let made = try? BlockEncoder(parameters) else { throw .ioError }
    encoders.withLock { $0[parameters] = made }
    return made.encode(content)
  }

  /// Closes the packs that a newer catalog does not list any more.
  func keepOpen(only packs: [PackRecord]) { self.packs.keep(only: Set(packs.map(\.id))) }

  /// How often blocks were in memory, and how often they had to be fetched.
  public var cacheCounts: (hits: UInt64, misses: UInt64) { cache.counts }

  private func decompressor(for compressor: Compressor) -> BlockDecompressor {
    decompressors.withLock { known in
      if let found = known[compressor] { return found }
      let made = BlockDecompressor(compressor)
      known[compressor] = made
      return made
    }
  }

  private func report(
    _ error: any Error, _ block: BlockRecord, _ location: BlockLocation
  ) -> Errno {
    logger.error(
      "a block cannot be read",
      metadata: [
        "pack": "\(location.pack)", "offset": "\(location.offset)", "block": "\(block.content)",
        "reason": "\(error)",
      ])
    return .ioError
  }
}
