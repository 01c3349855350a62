import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("The block cache")
struct BlockCacheTests {
  private func buffer(_ byte: UInt8, _ count: Int = 100) -> SharedBuffer {
    SharedBuffer(copying: [UInt8](repeating: byte, count: count).span.bytes)
  }

  private func first(_ buffer: SharedBuffer) -> UInt8 {
    buffer.withBytes { $0.unsafeLoad(fromByteOffset: 0, as: UInt8.self) }
  }

  @Test("fetches a block once and then has it")
  func hit() throws {
    let cache = BlockCache<Int>(limit: 10_000, shards: 4)
    var fetches = 0
    for _ in 0..<5 {
      let found = try cache.block(1) {
        fetches += 1
        return buffer(7)
      }
      #expect(first(found) == 7)
    }
    #expect(fetches == 1)
    #expect(cache.counts == (hits: 4, misses: 1))
    #expect(cache.byteCount == 100)
  }

  @Test("fetches a block once when eight threads ask at once, and all get it")
  func singleFlight() throws {
    for _ in 0..<20 {
      let cache = BlockCache<Int>(limit: 1 << 20)
      let fetches = Counter()
      let got = Counter()
      let gate = Latch()
      let threads = try (0..<8).map { _ in
        try JoinableThread {
          gate.wait()
          let found = try? cache.block(5) { () throws(Errno) in
            fetches.add()
            WallClock.pause(milliseconds: 5)
            return SharedBuffer(copying: [UInt8]([42]).span.bytes)
          }
          if let found, found.count == 1 { got.add() }
        }
      }
      gate.open()
      for thread in threads { thread.join() }
      #expect(fetches.value == 1)
      #expect(got.value == 8)
      #expect(cache.counts == (hits: 7, misses: 1))
    }
  }

  @Test("fetches different blocks of one shard at the same time")
  func noLockWhileFetching() throws {
    let cache = BlockCache<Int>(limit: 1 << 20, shards: 1)
    let inner = Latch()
    let thread = try JoinableThread {
      _ = try? cache.block(1) { () throws(Errno) in
        inner.wait()
        return SharedBuffer(copying: [UInt8]([1]).span.bytes)
      }
    }
    // Would hang here if a lock were held while block 1 is fetched.
    #expect(first(try cache.block(2) { () throws(Errno) in buffer(2) }) == 2)
    #expect(first(try cache.block(2) { () throws(Errno) in throw .ioError }) == 2)
    inner.open()
    thread.join()
    #expect(first(try cache.block(1) { () throws(Errno) in throw .ioError }) == 1)
  }

  @Test("never keeps more bytes than its limit, whatever comes", arguments: [1, 3, 16])
  func bound(shards: Int) throws {
    let limit = 50_000
    let cache = BlockCache<Int>(limit: limit, shards: shards)
    var state: UInt64 = 99
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let key = Int(state >> 33 % 300)
      let size = key * 37 % 5000
      let found = try cache.block(key) { () throws(Errno) in
        buffer(UInt8(truncatingIfNeeded: key), size)
      }
      #expect(found.count == size)
      if size > 0 { #expect(first(found) == UInt8(truncatingIfNeeded: key)) }
      #expect(cache.byteCount <= limit)
    }
    #expect(cache.byteCount > limit / 4, "it is used, too")
    #expect(cache.counts.hits > 0)
  }

  @Test("throws out what is not used before what is")
  func eviction() throws {
    let cache = BlockCache<Int>(limit: 1000, shards: 1)
    for key in 0..<10 { _ = try cache.block(key) { () throws(Errno) in buffer(1) } }
    var fetched: [Int] = []
    for key in 10..<1000 {
      _ = try cache.block(0) { () throws(Errno) in
        fetched.append(0)
        return buffer(1)
      }
      _ = try cache.block(key) { () throws(Errno) in buffer(1) }
    }
    #expect(fetched.isEmpty, "the block that is always in use stays")
    #expect(cache.byteCount == 1000)
  }

  @Test("gives but does not keep a block that is too large")
  func tooLarge() throws {
    let cache = BlockCache<Int>(limit: 1000, shards: 1)
    _ = try cache.block(1) { () throws(Errno) in buffer(1, 900) }
    let large = try cache.block(2) { () throws(Errno) in buffer(2, 1001) }
    #expect(large.count == 1001)
    #expect(cache.byteCount == 900)
    #expect(try cache.block(1) { () throws(Errno) in throw .ioError }.count == 900)
  }

  @Test("passes a failure to everybody who waits, and tries again for the next")
  func failure() throws {
    let cache = BlockCache<Int>(limit: 1000)
    let fetches = Counter()
    let failures = Counter()
    let gate = Latch()
    let threads = try (0..<8).map { _ in
      try JoinableThread {
        gate.wait()
        do throws(Errno) {
          _ = try cache.block(1) { () throws(Errno) in
            fetches.add()
            WallClock.pause(milliseconds: 20)
            throw .ioError
          }
        } catch {
          if error == .ioError { failures.add() }
        }
      }
    }
    gate.open()
    for thread in threads { thread.join() }
    #expect(failures.value == 8)
    #expect(fetches.value < 8)
    #expect(cache.byteCount == 0)
    #expect(first(try cache.block(1) { () throws(Errno) in buffer(9) }) == 9)
  }

  @Test("lets a block that is thrown out live for those who have it")
  func outlives() throws {
    let cache = BlockCache<Int>(limit: 100, shards: 1)
    let kept = try cache.block(1) { () throws(Errno) in buffer(1) }
    for key in 2..<50 { _ = try cache.block(key) { () throws(Errno) in buffer(2) } }
    #expect(first(kept) == 1)
    var fetches = 0
    _ = try cache.block(1) { () throws(Errno) in
      fetches += 1
      return buffer(1)
    }
    #expect(fetches == 1, "it had been thrown out")
  }

  @Test("without room keeps nothing and works")
  func noRoom() throws {
    let cache = BlockCache<Int>(limit: 0)
    for _ in 0..<3 { #expect(try cache.block(1) { () throws(Errno) in buffer(1) }.count == 100) }
    #expect(cache.counts == (hits: 0, misses: 3))
  }

  @Test("under many threads gives everybody the right block")
  func many() throws {
    let cache = BlockCache<Int>(limit: 20_000, shards: 4)
    let wrong = Counter()
    let threads = try (0..<8).map { number in
      try JoinableThread {
        for round in 0..<2000 {
          let key = (round * (number + 3)) % 97
          let found = try? cache.block(key) { () throws(Errno) in
            let content = [UInt8](repeating: UInt8(key), count: 500)
            return SharedBuffer(copying: content.span.bytes)
          }
          let isRight = found?.withBytes { $0.unsafeLoad(as: UInt8.self) == UInt8(key) } ?? false
          if !isRight { wrong.add() }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(wrong.value == 0)
    #expect(cache.byteCount <= 20_000)
    #expect(cache.counts.hits + cache.counts.misses == 16_000)
  }
}
