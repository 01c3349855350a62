internal import Digests
internal import Linux
internal import Logging
internal import Synchronization
internal import SystemPackage

/// What a node keeps of its stores on a disk of its own, so that it is there after a restart: stored
/// bytes in files that are written once and thrown out whole (firn-serve(1), "Disk cache").
///
/// Nothing in it is believed: what is read has its checksum or is not there, so that it takes
/// neither fsync(2) nor repair. A disk that fails costs what is on it, and one line in the log.
/// Reading and keeping may be done from any thread; no lock is held across either, and who keeps
/// something never waits for the disk.
final class DiskCache: Sendable {
  /// Where a disk cache is, and how large it may become.
  struct Options: Sendable {
    /// The directory.
    var directory: FilePath
    /// How many bytes its files may take together; nil for ``DiskCache/usualLimit(_:)``.
    var limit: UInt64?
    /// To whom the directory must belong.
    var owner: UInt32
    /// How many seconds to wait for another server that is ending.
    var patience: Double = 10
    /// Whether a server that has the directory is one whose place this one takes: nothing is read
    /// of the cache, and nothing written, until that has ended.
    var hasPredecessor = false
    /// How many bytes may wait to be written.
    var queueLimit = 32 << 20
    /// For how long what is in use stays, whatever else there is to go, after it was read.
    var idleSeconds: Int64 = 3600
    /// The seconds between two attempts to write where there is no room, or the disk fails.
    var pauseSeconds: Double = 10

    init(_ directory: FilePath, limit: UInt64? = nil, owner: UInt32 = effectiveUser()) {
      self.directory = directory
      self.limit = limit
      self.owner = owner
    }
  }

  /// What a cache has done so far.
  struct Counts: Hashable, Sendable {
    /// Reads that were answered.
    var hits: UInt64 = 0
    /// Reads of what is not there.
    var misses: UInt64 = 0
    /// Reads of what was there and wrong, or could not be read.
    var bad: UInt64 = 0
    /// Bytes of content that reads were answered with.
    var bytesRead: UInt64 = 0
    /// Records written.
    var written: UInt64 = 0
    /// Bytes of content written.
    var bytesWritten: UInt64 = 0
    /// What was not kept because too much was waiting, or there was no room.
    var dropped: UInt64 = 0
    /// Files thrown out to make room.
    var evicted: UInt64 = 0
  }

  /// Says what is in use: calls the closure with each key, and returns whether it knew all.
  typealias Uses = @Sendable (_ visit: (DiskCacheKey) -> Void) -> Bool

  let directory: DiskCacheDirectory
  let limit: UInt64
  let idleSeconds: Int64
  let pauseSeconds: Double
  let logger: Logger
  let table: Mutex<DiskCacheTable>
  let queue: DiskCacheQueue
  let counting = Mutex(Counts())
  let uses = Mutex<Uses?>(nil)
  private let isFailing = Atomic(false)
  private let hasBadContent = Atomic(false)
  private let writer = Mutex<JoinableThread?>(nil)

  /// Opens a cache, and takes over what is in it.
  init(_ options: Options, logger: Logger) throws(DiskCacheError) {
    directory = try DiskCacheDirectory(options.directory, owner: options.owner)
    if !options.hasPredecessor { try directory.hold(within: options.patience) }
    self.logger = logger
    idleSeconds = options.idleSeconds
    pauseSeconds = options.pauseSeconds
    queue = DiskCacheQueue(limit: options.queueLimit)
    do throws(SystemError) {
      let size = try fileSystemSize(of: options.directory)
      limit = options.limit ?? Self.usualLimit(size)
      let contents = options.hasPredecessor ? nil : try Contents(of: directory)
      table = Mutex(contents?.table ?? DiskCacheTable())
      let thread = try JoinableThread { [self] in write(after: contents) }
      writer.withLock { $0 = thread }
    } catch {
      throw .system(error)
    }
  }

  /// How large a cache becomes unless it is said: a tenth of the file system, at most 64 GiB.
  static func usualLimit(_ fileSystemSize: UInt64) -> UInt64 {
    max(leastLimit, min(fileSystemSize / 10, 64 << 30))
  }

  /// The least limit.
  static let leastLimit: UInt64 = 16 << 20

  /// How large a segment becomes, but for one large record: small enough that there are always
  /// some, and that one without an index is read quickly.
  var segmentSize: UInt64 { max(1 << 20, min(limit / 16, 64 << 20)) }

  private func write(after known: Contents?) {
    guard let contents = known ?? inherited() else { return queue.end() }
    var writer = DiskCacheWriter(self, after: contents.highest, contents.last)
    writer.run()
  }

  /// What a predecessor has left, once it has ended; nil when this cache is closed before, or the
  /// directory cannot be read.
  private func inherited() -> Contents? {
    do throws(SystemError) {
      while try !directory.tryHold() {
        guard !queue.hasEnded else { return nil }
        WallClock.pause(milliseconds: 100)
      }
      let contents = try Contents(of: directory)
      table.withLock { $0 = contents.table }
      return contents
    } catch {
      report(error)
      return nil
    }
  }

  /// Ends writing, when what waits is written, and gives the directory free.
  func close() {
    queue.end()
    uses.withLock { $0 = nil }
    let thread = writer.withLock { writer in
      defer { writer = nil }
      return writer
    }
    guard let thread else { return }
    thread.join()
    directory.release()
  }

  /// What was done so far.
  var counts: Counts { counting.withLock { $0 } }
}

extension DiskCache {
  /// The content with a key, if it has so many bytes and this checksum: one open and one read.
  func content(
    _ key: DiskCacheKey, byteCount: Int, checksum: Checksum
  ) -> SharedBuffer? {
    guard let place = find(key) else { return nil }
    return read(key, place) { (file) throws(SystemError) in
      guard Int(place.length) == byteCount else { return nil }
      let content = try Self.content(file, place)
      return content.withBytes { Checksum.of($0) } == checksum ? content : nil
    }
  }

  /// The content with a key that says itself how long it is and what its checksum is.
  func content(_ key: DiskCacheKey) -> SharedBuffer? {
    guard let place = find(key) else { return nil }
    return read(key, place) { (file) throws(SystemError) in
      let header = try file.readBytes(at: place.offset, count: DiskCacheRecord.headerSize)
      guard let record = DiskCacheRecord(header: header.span.bytes), record.key == key,
        record.length == place.length
      else { return nil }
      let content = try Self.content(file, place)
      return content.withBytes { Checksum.of($0) } == record.checksum ? content : nil
    }
  }

  /// Keeps content, soon, if there is room; nothing happens when it is there.
  func keep(_ content: SharedBuffer, as key: DiskCacheKey, checksum: Checksum) {
    guard content.count > 0, UInt64(content.count) <= limit / 4,
      content.count <= Int(UInt32.max)
    else { return }
    let item = DiskCacheQueue.Item(key: key, checksum: checksum, content: content)
    if !queue.add(item) { counting.withLock { $0.dropped += 1 } }
  }

  /// Keeps content, and waits until there is room for it in what waits to be written.
  ///
  /// - Returns: false when it is not kept: the cache is closed, or the content is too large for it.
  func keepWaiting(_ content: SharedBuffer, as key: DiskCacheKey, checksum: Checksum) -> Bool {
    guard content.count > 0, UInt64(content.count) <= limit / 4 else { return false }
    let item = DiskCacheQueue.Item(key: key, checksum: checksum, content: content)
    while !queue.add(item) {
      guard !queue.hasEnded, content.count <= queue.limit else { return false }
      WallClock.pause(milliseconds: 20)
    }
    return true
  }

  /// Forgets what is there with a key, so that something else may be kept with it.
  func forget(_ key: DiskCacheKey) { table.withLock { $0.forget(key.fingerprint) } }

  /// Logs that the cache cannot be written, once until it can again.
  func report(_ error: SystemError) {
    guard !isFailing.exchange(true, ordering: .relaxed) else { return }
    logger.warning(
      "the disk cache cannot be written, new content comes from the store",
      metadata: ["reason": "\(error)"])
  }

  /// Logs that the cache can be written again if it could not.
  func reportSuccess() {
    guard isFailing.load(ordering: .relaxed),
      isFailing.exchange(false, ordering: .relaxed)
    else { return }
    logger.notice(
      "the disk cache can be written again", metadata: ["directory": "\(directory.path)"])
  }

  private func find(_ key: DiskCacheKey) -> DiskCacheTable.Place? {
    let now = WallClock.seconds()
    let place = table.withLock { $0.find(key.fingerprint, at: now) }
    if place == nil { counting.withLock { $0.misses += 1 } }
    return place
  }

  private func read(
    _ key: DiskCacheKey, _ place: DiskCacheTable.Place,
    _ body: (borrowing OwnedDescriptor) throws(SystemError) -> SharedBuffer?
  ) -> SharedBuffer? {
    do throws(SystemError) {
      let file = try directory.open(place.segment)
      if let content = try body(file) {
        counting.withLock { counts in
          counts.hits += 1
          counts.bytesRead += UInt64(content.count)
        }
        return content
      }
      isBad(key, place, SystemError("checksum", directory.file(place.segment), .ioError))
    } catch {
      // It may have been thrown out since it was found.
      let isGone =
        error.errno == .noSuchFileOrDirectory
        && table.withLock { $0.peek(key.fingerprint) } != place
      if isGone { counting.withLock { $0.misses += 1 } } else { isBad(key, place, error) }
    }
    return nil
  }

  private func isBad(
    _ key: DiskCacheKey, _ place: DiskCacheTable.Place, _ error: SystemError
  ) {
    table.withLock { $0.forget(key.fingerprint, at: place) }
    counting.withLock { $0.bad += 1 }
    guard !hasBadContent.exchange(true, ordering: .relaxed) else { return }
    logger.warning(
      "content of the disk cache is damaged and comes from the store; more is only counted",
      metadata: ["reason": "\(error)"])
  }

  private static func content(
    _ file: borrowing OwnedDescriptor, _ place: DiskCacheTable.Place
  ) throws(SystemError) -> SharedBuffer {
    let offset = place.offset + UInt64(DiskCacheRecord.headerSize)
    return try SharedBuffer(capacity: Int(place.length)) { (span) throws(SystemError) in
      try file.readFully(into: &span, at: offset)
    }
  }
}
