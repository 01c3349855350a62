import ImageSamples
import Linux
import Synchronization
import SystemPackage
import Testing

@testable import NodeService

@Suite("The room of a disk cache")
struct DiskCacheRoomTests {
  private let directory: CacheDirectory
  private let limit: UInt64 = 16 << 20
  private let size = 200_000

  init() throws { directory = try CacheDirectory() }

  private func fill(_ cache: DiskCache, _ numbers: Range<Int>) {
    for number in numbers {
      cache.keepSample(number, size: size)
      if number % 20 == 0 { cache.settle() }
    }
    cache.settle()
  }

  /// Content that is there, without using it.
  private func present(_ cache: DiskCache, _ numbers: Range<Int>) -> [Int] {
    numbers.filter { number in
      cache.table.withLock { $0.peek(CacheSample.key(number).fingerprint) } != nil
    }
  }

  @Test("is never exceeded, and what was written last is there")
  func limits() throws {
    try directory.use(limit) { cache in
      for start in stride(from: 0, to: 300, by: 20) {
        fill(cache, start..<start + 20)
        let taken = try directory.byteCount
        #expect(taken <= limit)
        #expect(cache.table.withLock { $0.byteCount } <= limit)
      }
      #expect(cache.counts.written == 300 && cache.counts.dropped == 0)
      let there = present(cache, 0..<300)
      #expect(there == Array(300 - there.count..<300))
      // Between the low watermark, less a segment, and the high one.
      #expect(there.count >= 65 && there.count <= 83)
      for number in there { #expect(cache.sample(number, size: size) != nil) }
    }
    let taken = try directory.byteCount
    #expect(taken <= limit)
  }

  @Test("that is exceeded makes place down to a tenth below it, not file by file")
  func watermarks() throws {
    try directory.use(limit) { cache in
      var evictions: [UInt64] = []
      for number in 0..<250 {
        cache.keepSample(number, size: size)
        cache.settle()
        let evicted = cache.counts.evicted
        if evicted != evictions.last ?? 0 { evictions.append(evicted) }
      }
      let steps = zip(evictions, [0] + evictions).map { $0 - $1 }
      #expect(steps.count > 5)
      #expect(steps.allSatisfy { $0 >= 2 }, "\(steps)")
    }
  }

  @Test("goes to what was read lately rather than to what was written later")
  func leastUsed() throws {
    try directory.use(limit) { cache in
      fill(cache, 0..<60)
      WallClock.pause(milliseconds: 1100)
      for number in 0..<5 { #expect(cache.sample(number, size: size) != nil) }
      fill(cache, 60..<120)
      #expect(present(cache, 0..<5) == Array(0..<5))
      #expect(present(cache, 5..<30).isEmpty)
    }
  }

  @Test("goes by uses before a restart as well")
  func usesOutlive() throws {
    try directory.use(limit) { cache in
      fill(cache, 0..<60)
      WallClock.pause(milliseconds: 1100)
      for number in 0..<5 { #expect(cache.sample(number, size: size) != nil) }
    }
    try directory.use(limit) { cache in
      fill(cache, 60..<100)
      #expect(present(cache, 0..<5) == Array(0..<5))
      #expect(present(cache, 5..<20).isEmpty)
    }
  }

  @Test("becomes free at the start when there is less of it than before")
  func smaller() throws {
    try directory.use(64 << 20) { fill($0, 0..<150) }
    let taken = try directory.byteCount
    #expect(taken > 25 << 20)
    try directory.use(limit) { cache in
      fill(cache, 150..<152)
      let taken = try directory.byteCount
      #expect(taken <= limit)
      #expect(present(cache, 150..<152).count == 2)
    }
  }

  @Test("is not taken from what is in use; nothing more is kept when everything is")
  func pinned() throws {
    try directory.use(limit) { cache in
      fill(cache, 0..<60)
      cache.uses.withLock {
        $0 = { visit in
          for number in 0..<60 { visit(CacheSample.key(number)) }
          return true
        }
      }
      fill(cache, 60..<300)
      #expect(present(cache, 0..<60) == Array(0..<60))
      #expect(present(cache, 60..<300).count < 30)
      #expect(cache.counts.dropped == 0, "the rest of the room goes round")
      cache.uses.withLock {
        $0 = { visit in
          for number in 0..<500 { visit(CacheSample.key(number)) }
          return true
        }
      }
      let there = present(cache, 0..<300)
      fill(cache, 300..<400)
      #expect(present(cache, there[0]..<300) == there)
      #expect(cache.counts.dropped > 70)
      let taken = try directory.byteCount
      #expect(taken <= limit)
      #expect(directory.log.lines.isEmpty, "that is no fault")
    }
  }

  @Test("is not taken from anything while it is not known what is in use")
  func unknown() throws {
    try directory.use(limit) { cache in
      cache.uses.withLock { $0 = { _ in false } }
      fill(cache, 0..<200)
      #expect(cache.counts.evicted == 0 && cache.counts.dropped > 0)
      let there = present(cache, 0..<200)
      #expect(there == Array(0..<there.count))
    }
  }

  @Test("is taken from what is in use, last, when nobody has read it for long")
  func idle() throws {
    var options = directory.options(limit)
    options.idleSeconds = -10
    let cache = try DiskCache(options, logger: directory.log.logger)
    defer { cache.close() }
    fill(cache, 0..<40)
    cache.uses.withLock {
      $0 = { visit in
        for number in 0..<40 { visit(CacheSample.key(number)) }
        return true
      }
    }
    WallClock.pause(milliseconds: 1100)
    fill(cache, 40..<110)
    #expect(present(cache, 0..<35) == Array(0..<35), "others go first")
    cache.uses.withLock { $0 = { _ in false } }
    WallClock.pause(milliseconds: 1100)
    fill(cache, 110..<200)
    #expect(cache.counts.dropped == 0)
    #expect(present(cache, 0..<35).isEmpty)
  }

  @Test("holds a segment that is being read until the reader is done")
  func reader() throws {
    try directory.use(limit) { cache in
      fill(cache, 0..<5)
      let place = try #require(
        cache.table.withLock { $0.peek(CacheSample.key(0).fingerprint) })
      let file = try cache.directory.open(place.segment)
      fill(cache, 5..<200)
      #expect(present(cache, 0..<5).isEmpty)
      let bytes = try file.readBytes(at: place.offset + 112, count: size)
      #expect(bytes == CacheSample.bytes(0, size: size))
    }
  }
}
