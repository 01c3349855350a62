import Digests
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("A disk cache")
struct DiskCacheTests {
  let directory: CacheDirectory

  init() throws { directory = try CacheDirectory() }

  private func fill(_ cache: DiskCache, _ numbers: Range<Int>) {
    for number in numbers { cache.keepSample(number) }
    cache.settle()
  }

  private func expectAll(_ cache: DiskCache, _ numbers: Range<Int>) {
    for number in numbers {
      #expect(cache.sample(number) == CacheSample.bytes(number), "\(number)")
    }
  }

  @Test("has what it was given, and has it after a restart")
  func restart() throws {
    try directory.use { cache in
      #expect(cache.sample(1) == nil)
      fill(cache, 0..<100)
      expectAll(cache, 0..<100)
      #expect(cache.counts.hits == 100 && cache.counts.misses == 1)
      #expect(cache.counts.written == 100 && cache.counts.dropped == 0)
    }
    for round in 1...3 {
      try directory.use { cache in
        expectAll(cache, 0..<100 * round)
        fill(cache, 100 * round..<100 * (round + 1))
      }
    }
    let files = try directory.segments
    #expect(files.count == 1, "restarts do not make small files")
    #expect(directory.log.lines.isEmpty)
  }

  @Test("has what was written when its process is killed, and goes on from there")
  func killed() throws {
    var crashed = try directory.use { cache in
      fill(cache, 0..<50)
      return try directory.copy()
    }
    for round in 1...3 {
      crashed = try crashed.use { cache in
        expectAll(cache, 0..<50 * round)
        fill(cache, 50 * round..<50 * (round + 1))
        return try crashed.copy()
      }
    }
    #expect(try crashed.segments.count == 1)
    try crashed.use { expectAll($0, 0..<200) }
  }

  @Test("keeps content of any size, one that says its size itself, and none twice")
  func contents() throws {
    let sizes = [2, 1, 15, 16, 4096, 3_000_001]
    try directory.use { cache in
      for (number, size) in sizes.enumerated() {
        cache.keepSample(number, size: size)
        cache.keepSample(number, size: size)
        cache.keepSample(number, size: size, .object)
      }
      cache.keepSample(99, size: 0)
      cache.settle()
      #expect(cache.sample(99, size: 0) == nil, "there is nothing to keep")
      #expect(cache.counts.written == UInt64(2 * sizes.count))
    }
    try directory.use { cache in
      for (number, size) in sizes.enumerated() {
        let expected = CacheSample.bytes(number, size: size)
        #expect(cache.sample(number, size: size) == expected)
        #expect(cache.content(CacheSample.key(number, .object))?.array == expected)
        #expect(cache.content(CacheSample.key(number, .generation)) == nil)
        #expect(cache.content(CacheSample.key(number, of: CacheSample.stranger)) == nil)
      }
    }
  }

  @Test("is given another form of a content by whoever says what form it wants")
  func otherForm() throws {
    try directory.use { cache in
      let key = CacheSample.key(1)
      cache.keepSample(1)
      cache.settle()
      let (form, other) = (CacheSample.bytes(2, size: 101), CacheSample.bytes(3, size: 50))
      for wanted in [form, other] {
        let checksum = Checksum.of(wanted.span.bytes)
        #expect(cache.content(key, byteCount: wanted.count, checksum: checksum) == nil)
        cache.keep(SharedBuffer(copying: wanted.span.bytes), as: key, checksum: checksum)
        cache.settle()
        #expect(
          cache.content(key, byteCount: wanted.count, checksum: checksum)?.array == wanted)
      }
    }
    try directory.use { cache in
      #expect(cache.sample(1) == nil, "what was written last counts")
    }
  }

  @Test("does not keep what is too large, or what comes faster than the disk is")
  func dropped() throws {
    var options = directory.options(16 << 20)
    options.queueLimit = 1 << 20
    let cache = try DiskCache(options, logger: directory.log.logger)
    defer { cache.close() }
    cache.keepSample(1, size: 5 << 20)
    cache.keepSample(2, size: 2 << 20)
    cache.settle()
    #expect(cache.counts.written == 0 && cache.counts.dropped == 1)
    cache.keepSample(3, size: 1 << 20)
    cache.settle()
    #expect(cache.sample(3, size: 1 << 20) != nil)
  }

  @Test("that was closed takes nothing and still answers")
  func closed() throws {
    let cache = try directory.open()
    cache.keepSample(1)
    cache.close()
    cache.keepSample(2)
    #expect(cache.sample(1) == CacheSample.bytes(1))
    #expect(cache.sample(2) == nil)
    cache.close()
  }

  @Test("is right under many threads that read and write while it throws things out")
  func threads() throws {
    try directory.use(16 << 20) { cache in
      let wrong = Counter()
      let threads = try (0..<4).map { thread in
        try JoinableThread {
          for round in 0..<1500 {
            let number = (round * 7 + thread * 400) % 800
            if let found = cache.sample(number, size: 40_000) {
              if found != CacheSample.bytes(number, size: 40_000) { wrong.add() }
            } else {
              cache.keepSample(number, size: 40_000)
            }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(wrong.value == 0)
      #expect(cache.counts.bad == 0)
      #expect(cache.counts.evicted > 0 && cache.counts.hits > 0)
      let taken = try directory.byteCount
      #expect(taken <= 16 << 20)
    }
    #expect(directory.log.lines.isEmpty)
  }

  @Test("is a tenth of its file system unless it is said, and not more than 64 GiB")
  func usualLimit() throws {
    #expect(DiskCache.usualLimit(100 << 30) == 10 << 30)
    #expect(DiskCache.usualLimit(1 << 40) == 64 << 30)
    #expect(DiskCache.usualLimit(1 << 20) == DiskCache.leastLimit)
    var options = directory.options()
    options.limit = nil
    let cache = try DiskCache(options, logger: directory.log.logger)
    defer { cache.close() }
    #expect(cache.limit == DiskCache.usualLimit(try fileSystemSize(of: directory.path)))
  }
}

extension CacheSample {
  /// Another owner.
  static let stranger = SHA256Digest.of([2].span.bytes)
}
