internal import Digests
internal import Linux
internal import Synchronization
internal import SystemPackage

/// Writes into a disk cache and makes room in it; used by the one thread that does.
///
/// Content is written before its header, and found only after both: a process that is killed, or a
/// disk that fills up, leaves at most bytes that nobody looks at.
struct DiskCacheWriter {
  /// The segment that is being written.
  final class Segment {
    let number: UInt32
    let file: OwnedDescriptor
    let capacity: UInt64
    var end = DiskCacheSegment.headerSize
    var entries: [DiskCacheSegment.Entry] = []

    init(_ number: UInt32, _ file: consuming OwnedDescriptor, capacity: UInt64) {
      self.number = number
      self.file = file
      self.capacity = capacity
    }

    func hasRoom(for size: UInt64) -> Bool {
      end + DiskCacheWriter.needed(for: size, entries.count + 1) <= capacity
    }
  }

  /// The seconds between two times that uses are noted in files.
  private static let notePause: Double = 60

  let cache: DiskCache
  private(set) var open: Segment?
  private var last: UInt32
  private var pausedUntil = -Double.infinity
  private var nextNote = MonotonicClock.seconds() + Self.notePause

  /// Begins behind the last segment, or in it if it has room.
  init(_ cache: DiskCache, after highest: UInt32, _ last: DiskCache.Contents.Last?) {
    self.cache = cache
    self.last = highest
    if let last { resume(last) }
  }

  /// What a record takes, with so many entries in the index.
  private static func needed(for size: UInt64, _ entries: Int) -> UInt64 {
    size + UInt64(entries * DiskCacheSegment.entrySize + DiskCacheSegment.trailerSize)
  }

  /// Writes what comes until nothing comes any more.
  mutating func run() {
    while cache.queue.wait(seconds: Self.notePause) { work() }
    work()
    attempt { (writer) throws(SystemError) in try writer.closeSegment() }
    noteUses()
  }

  private mutating func work() {
    var items = cache.queue.take()
    items.reverse()
    while let item = items.popLast() {
      write(item)
      cache.queue.finish(item)
    }
    if MonotonicClock.seconds() >= nextNote { noteUses() }
  }

  private mutating func noteUses() {
    nextNote = MonotonicClock.seconds() + Self.notePause
    for number in cache.table.withLock({ $0.takeUses() }) { cache.directory.touch(number) }
  }

  private mutating func write(_ item: DiskCacheQueue.Item) {
    guard cache.table.withLock({ $0.peek(item.key.fingerprint) }) == nil else { return }
    guard MonotonicClock.seconds() >= pausedUntil else { return drop() }
    attempt { (writer) throws(SystemError) in
      let size = DiskCacheRecord.size(ofContent: UInt32(item.content.count))
      guard let segment = try writer.segment(for: size) else { return writer.drop() }
      try writer.append(item, to: segment)
      writer.cache.reportSuccess()
    }
  }

  private func drop() { cache.counting.withLock { $0.dropped += 1 } }

  /// Does something with the disk; when it fails, gives the segment up and leaves the disk alone for
  /// a while.
  ///
  /// Where others have filled it the cache becomes smaller.
  private mutating func attempt(_ body: (inout Self) throws(SystemError) -> Void) {
    do throws(SystemError) { try body(&self) } catch {
      cache.report(error)
      if let segment = open {
        open = nil
        cache.table.withLock { $0.resize(segment.number, to: segment.end) }
      }
      pausedUntil = MonotonicClock.seconds() + cache.pauseSeconds
      guard [.noSpace, .diskQuotaExceeded].contains(error.errno) else { return }
      try? evict(to: cache.table.withLock { $0.byteCount } / 5 * 4)
    }
  }

  private func append(
    _ item: DiskCacheQueue.Item, to segment: Segment
  ) throws(SystemError) {
    let length = UInt32(item.content.count)
    let record = DiskCacheRecord(key: item.key, length: length, checksum: item.checksum)
    let offset = segment.end
    try item.content.withBytes { (bytes) throws(SystemError) in
      try segment.file.writeAll(bytes, at: offset + UInt64(DiskCacheRecord.headerSize))
    }
    try segment.file.writeAll(record.header.span.bytes, at: offset)
    segment.entries.append(DiskCacheSegment.Entry(key: item.key, offset: offset, length: length))
    segment.end += DiskCacheRecord.size(ofContent: length)
    let place = DiskCacheTable.Place(
      segment: segment.number, unit: UInt32(offset / DiskCacheRecord.alignment), length: length)
    cache.table.withLock { $0.insert(item.key.fingerprint, at: place, WallClock.seconds()) }
    cache.counting.withLock { counts in
      counts.written += 1
      counts.bytesWritten += UInt64(length)
    }
  }
}

extension DiskCacheWriter {
  /// The segment for a record of a size; nil when there is no room for another.
  private mutating func segment(for size: UInt64) throws(SystemError) -> Segment? {
    if let open, open.hasRoom(for: size) { return open }
    try closeSegment()
    let capacity = max(
      cache.segmentSize, DiskCacheSegment.headerSize + Self.needed(for: size, 1))
    guard last < .max, try makeRoom(for: capacity) else {
      pausedUntil = MonotonicClock.seconds() + cache.pauseSeconds
      return nil
    }
    last += 1
    let segment = Segment(
      last, try cache.directory.write(last, isNew: true), capacity: capacity)
    do throws(SystemError) {
      try segment.file.writeAll(DiskCacheSegment.header(last).span.bytes, at: 0)
    } catch {
      try? cache.directory.remove(last)
      throw error
    }
    cache.table.withLock { $0.add(last, byteCount: capacity, lastUse: WallClock.seconds()) }
    open = segment
    return segment
  }

  /// Goes on in a segment that was not closed, or has much room, as far as its records are whole.
  private mutating func resume(_ last: DiskCache.Contents.Last) {
    let found = last.found
    guard !found.isClosed || found.end < cache.segmentSize / 2 else { return }
    attempt { (writer) throws(SystemError) in
      let file = try writer.cache.directory.write(last.number, isNew: false)
      let segment = Segment(
        last.number, file, capacity: max(writer.cache.segmentSize, last.byteCount))
      (segment.end, segment.entries) = (found.end, found.entries)
      try segment.file.truncate(to: segment.end)
      writer.open = segment
      writer.cache.table.withLock { $0.resize(segment.number, to: segment.capacity) }
      if try !writer.makeRoom(for: 0) { try writer.closeSegment() }
    }
  }

  /// Gives the segment its index.
  private mutating func closeSegment() throws(SystemError) {
    guard let segment = open else { return }
    open = nil
    cache.table.withLock { $0.resize(segment.number, to: segment.end) }
    // Bytes of a record that could not be written whole may lie behind the end.
    try segment.file.truncate(to: segment.end)
    let index = DiskCacheSegment.index(segment.entries, at: segment.end)
    try segment.file.writeAll(index.span.bytes, at: segment.end)
    cache.table.withLock { $0.resize(segment.number, to: segment.end + UInt64(index.count)) }
  }
}
