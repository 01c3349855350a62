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
/// log names pack and offset. A file system that fails is tried again for some seconds (``Outage``),
/// each time through a new descriptor; then readers get `EIO`, and one line tells of it.
public final class StoreContent: ContentSource {
  /// A block in a cache that several stores share: what one store says of a content must not be
  /// what a reader of another store gets, as not everybody who may write to the one may write to
  /// the other.
  struct Key: Hashable {
    var place: Int
    var content: SHA256Digest
  }

  /// What is read with.
  struct Context: Sendable {
    /// Which of a server's stores it is.
    var place = 0
    /// Decompressed blocks, of all stores of a server.
    let cache: BlockCache<Key>
    /// What a disk of the node's own has of the store, where there is such a cache.
    var disk: CachedContent?
    /// Counts what goes wrong; see ``Store/counted(by:)`` for what is done.
    var meter = StoreMeter()
    /// Counts what the starts of images ask for.
    var counted = ImageStarts()
    /// Takes care of images that start; nil for nothing.
    var starts: StartService?
    /// What is known of a file system that fails.
    var outage = Outage()
    let logger: Logger
  }

  let store: Store
  private let context: Context
  private let packs: PackFiles
  private let decompressors = Mutex<[Compressor: BlockDecompressor]>([:])
  private let encoders = Mutex<[StoreParameters: BlockEncoder]>([:])

  /// Reads from a store.
  ///
  /// - Parameters:
  ///   - cacheSize: How many bytes of decompressed blocks to keep in memory.
  ///   - meter: Counts what goes wrong; see ``Store/counted(by:)`` for what is done.
  ///   - starts: What takes care of images that start; nil for nothing.
  public convenience init(
    _ store: Store, cacheSize: Int, meter: StoreMeter = StoreMeter(), logger: Logger,
    starts: StartService? = nil
  ) {
    let cache = Self.makeCache(limit: cacheSize, blockSize: Int(store.parameters.blockSize))
    self.init(store, Context(cache: cache, meter: meter, starts: starts, logger: logger))
  }

  /// Reads from a store with what a server has.
  init(_ store: Store, _ context: Context) {
    self.store = store
    self.context = context
    packs = PackFiles(store)
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
    var attempt = 0
    while true {
      attempt += 1
      do throws(StoreError) {
        let (object, bytes) = try store.imageObjectWithBytes(record.object)
        noteSuccess()
        disk?.keep(bytes, ofObject: record.object)
        return object
      } catch {
        let mayPass =
          if case .system(let cause) = error { cause.errno } else { Errno.invalidArgument }
        if bridges(mayPass, attempt) { continue }
        context.meter.noteLoss()
        context.logger.error(
          "an image cannot be read",
          metadata: ["image": "\(record.names.first ?? record.id)", "reason": "\(error.failure)"])
        throw .ioError
      }
    }
  }

  /// The content of a block; see ``ImageTree/ContentSource``.
  public func content(
    of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
  ) throws(Errno) -> SharedBuffer {
    try context.cache.block(Key(place: context.place, content: block.content)) { () throws(Errno) in
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
    var attempt = 0
    while true {
      attempt += 1
      var failure: SystemError?
      do throws(SystemError) {
        let bytes = try packs.read(block, at: location)
        noteSuccess()
        if bytes.withBytes({ Checksum.of($0) }) == block.checksum { return bytes }
        context.meter.noteMismatch()
      } catch {
        failure = error
      }
      packs.forget(location.pack)
      guard let failure else {
        if attempt == 1 {
          context.meter.noteRetry()
          continue
        }
        throw report(SystemError("checksum", nil, .ioError), block, location)
      }
      switch context.outage.note(failure.errno, attempt: attempt, at: MonotonicClock.seconds()) {
      case .tryAgain(let pause):
        context.meter.noteRetry()
        WallClock.pause(milliseconds: Int(pause * 1000))
      case .giveUp(isFirst: true): throw report(failure, block, location)
      case .giveUp(isFirst: false):
        context.meter.noteLoss()
        throw .ioError
      }
    }
  }

  /// Waits before another try, if there is to be one.
  private func bridges(_ error: Errno, _ attempt: Int) -> Bool {
    guard Outage.isPassing(error),
      case .tryAgain(let pause) = context.outage.note(
        error, attempt: attempt, at: MonotonicClock.seconds())
    else { return false }
    WallClock.pause(milliseconds: Int(pause * 1000))
    return true
  }

  private func noteSuccess() {
    guard context.outage.noteSuccess() else { return }
    context.logger.notice(
      "blocks can be read again", metadata: ["store": "\(store.directory.location)"])
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

  /// What is done about the start of an image; see ``ImageTree/ContentSource``.
  public func start(of record: ImageRecord) -> (any ImageStart)? {
    context.starts.map { StartingImage(record, self, $0) }
  }

  /// Reads for an image, counted as its start.
  func counting<Result>(_ record: ImageRecord, _ body: () -> Result) -> Result {
    guard let meter = context.counted.begin(record) else { return body() }
    return ThreadPurpose.with(meter, body)
  }

  /// What is read for one image, counted as its start; see ``ImageTree/ContentSource``.
  public func source(of record: ImageRecord) -> any ContentSource {
    context.counted.begin(record).map { ImageContent(self, $0, of: context.counted) } ?? self
  }

  /// Closes the packs that a newer catalog does not list any more.
  func keepOpen(only packs: [PackRecord]) { self.packs.keep(only: Set(packs.map(\.id))) }

  /// What a disk of the node's own has of the store, where there is such a cache.
  var disk: CachedContent? { context.disk }

  /// How often blocks were in memory, and how often they had to be fetched.
  public var cacheCounts: (hits: UInt64, misses: UInt64) { context.cache.counts }

  /// How many bytes of blocks are in memory.
  public var cacheByteCount: Int { context.cache.byteCount }

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
    context.meter.noteLoss()
    context.logger.error(
      "a block cannot be read",
      metadata: [
        "pack": "\(location.pack)", "offset": "\(location.offset)", "block": "\(block.content)",
        "reason": "\(error)",
      ])
    return .ioError
  }
}
