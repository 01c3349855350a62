import Digests
import Dispatch
import StoreSimulation
import Synchronization
import Testing

@testable import Store

@Suite("Looking rows up in an index run that is not held in memory")
struct IndexRunLookupTests {
  private static let paged = BlockIndex.Limits(wholeRuns: 0, pages: 2)

  private func index(
    _ store: Store, _ limits: BlockIndex.Limits = paged
  ) throws -> BlockIndex {
    try BlockIndex(loading: try store.newest(), of: store, limits: limits)
  }

  @Test(
    "finds what a run in memory finds, and nothing else", arguments: [1, 1023, 1024, 1025, 7000])
  func same(_ count: Int) throws {
    let (store, _) = try memoryStore()
    try SyntheticPack.publish(0..<count, to: store)
    let whole = try index(store, BlockIndex.Limits())
    let paged = try index(store)
    for seed in 0..<count + 500 {
      let (block, piece) = (SyntheticPack.digest(seed), SyntheticPack.pieceDigest(seed))
      #expect(paged.block(block) == whole.block(block))
      #expect(paged.piece(piece) == whole.piece(piece))
      #expect(paged.block(piece) == nil)
      #expect((paged.block(block) != nil) == (seed < count))
    }
    #expect(paged.blockCount == count)
    #expect(paged.unreadableRuns == [])
  }

  /// Writes a run of rows with these keys.
  private func write(_ keys: [SHA256Digest], to store: Store) throws -> IndexRunPages {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    var writer = try IndexRunWriter(staging)
    for (number, key) in keys.sorted().enumerated() {
      let record = BlockRecord(
        content: key, checksum: .of([1].span.bytes),
        storedSize: StoredSize(byteCount: 1, isCompressed: false), size: 1)
      try writer.append(
        StoredBlock(
          block: record,
          location: BlockLocation(
            pack: PackID(testDigest(1)), offset: 16, ordinal: UInt32(number))))
    }
    return try store.indexRunPages(try #require(try writer.finish()))
  }

  @Test("finds every key, however unevenly the keys are distributed")
  func uneven() throws {
    let (store, _) = try memoryStore()
    let words: [(Int) -> UInt64] = [
      { _ in 5 }, { UInt64($0) }, { .max - UInt64($0) }, { 1 << UInt64($0 % 64) },
      { UInt64($0) * UInt64($0) * UInt64($0) },
    ]
    for word in words {
      let keys = try (0..<4000).map { number in
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: word(number) >> UInt64(56 - 8 * $0)) }
        bytes += SyntheticPack.digest(number).bytes.prefix(24)
        return try #require(SHA256Digest(bytes: bytes))
      }
      let lookup = IndexRunLookup(
        try write(keys, to: store), number: 0, cache: IndexPageCache(capacity: 1))
      for (ordinal, key) in keys.sorted().enumerated() {
        let row: IndexBlockRow? = lookup.row(of: key)
        #expect(row?.ordinal == UInt32(ordinal))
      }
      for seed in 5000..<5100 {
        let row: IndexBlockRow? = lookup.row(of: SyntheticPack.digest(seed))
        #expect(row == nil)
      }
      #expect(!lookup.hasFailed)
    }
  }

  @Test("reads a page at a time, hardly more than one a lookup, and keeps few")
  func reading() throws {
    let (store, directory) = try memoryStore()
    try SyntheticPack.publish(0..<20_000, to: store)
    let metered = MeteredDirectory(directory)
    let index = try index(try Store.open(metered, surroundings: testSurroundings()))
    let before = metered[.index]
    #expect(before.opens == 1)
    #expect(before.bytes < 10_000)
    for seed in 0..<200 { #expect(index.block(SyntheticPack.digest(seed)) != nil) }
    let reads = metered[.index].reads - before.reads
    #expect(reads <= 260)
    #expect(metered[.index].largest <= IndexRunPages.pageSize)
    metered.reset()
    let content = SyntheticPack.digest(7)
    _ = index.block(content)
    for _ in 0..<50 { #expect(index.block(content) != nil) }
    #expect(metered[.index].reads <= 1)
  }

  @Test("does not find what is in a damaged page, finds the rest, and says so")
  func damaged() throws {
    let (store, directory) = try memoryStore()
    try SyntheticPack.publish(0..<5000, to: store)
    let record = try store.newest().indexRuns[0]
    directory.tamper(StorePath(.index, record.id.hex)) { bytes in
      bytes[TrailedFile.headerSize + 2 * IndexRunPages.pageSize + 50] ^= 1
    }
    let index = try index(store)
    let found = (0..<5000).count { index.block(SyntheticPack.digest($0)) != nil }
    #expect(found <= 5000 - 1024)
    #expect(found > 1000)
    #expect(index.unreadableRuns == [record])
  }

  @Test(
    "passes over a run that is not there or whose trailer is damaged", arguments: [true, false])
  func unusable(_ isRemoved: Bool) throws {
    let (store, directory) = try memoryStore()
    try SyntheticPack.publish(0..<10, to: store)
    try SyntheticPack.publish(10..<20, to: store)
    let record = try store.newest().indexRuns[0]
    let path = StorePath(.index, record.id.hex)
    if isRemoved { directory.remove(path) } else { directory.tamper(path) { $0.removeLast() } }
    let index = try index(store)
    #expect(index.unreadableRuns == [record])
    #expect(index.block(SyntheticPack.digest(15)) != nil)
    #expect(index.block(SyntheticPack.digest(5)) == nil)
  }

  @Test("reads small runs whole while there is room, and large ones by pages")
  func room() throws {
    let (store, directory) = try memoryStore()
    try SyntheticPack.publish(0..<3000, to: store)
    try SyntheticPack.publish(3000..<3010, to: store)
    let sizes = try store.newest().indexRuns.map(\.size)
    let metered = MeteredDirectory(directory)
    let reader = try Store.open(metered, surroundings: testSurroundings())
    _ = try index(reader, BlockIndex.Limits(wholeRuns: (sizes.min() ?? 0) + 10, pages: 2))
    #expect(metered[.index].largest == Int(try #require(sizes.min())))
    metered.reset()
    _ = try index(reader, BlockIndex.Limits(wholeRuns: sizes.reduce(0, +), pages: 2))
    #expect(metered[.index].largest == Int(try #require(sizes.max())))
    #expect(metered[.index].reads == 2)
  }

  @Test("gives many threads the right answers at once")
  func concurrent() throws {
    let (store, _) = try memoryStore()
    try SyntheticPack.publish(0..<6000, to: store)
    let index = try index(store)
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for seed in stride(from: thread, to: 7000, by: 7) {
        if (index.block(SyntheticPack.digest(seed)) != nil) != (seed < 6000) {
          wrong.withLock { $0 += 1 }
        }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
  }
}

@Suite("The cache of index pages")
struct IndexPageCacheTests {
  private func key(_ page: Int) -> IndexPageCache.Key {
    IndexPageCache.Key(run: 0, table: .blocks, page: page)
  }

  @Test("keeps as many pages as it may, and those that are wanted longest", arguments: [1, 2, 5])
  func bounded(_ capacity: Int) {
    let cache = IndexPageCache(capacity: capacity)
    for page in 0..<20 {
      cache.insert([UInt8(page)], key(page))
      #expect(cache[key(page)] == [UInt8(page)])
      #expect((0..<20).count { cache[key($0)] != nil } <= capacity)
    }
    cache.insert([9], key(19))
    #expect(cache[key(19)] == [19])
    let other = IndexPageCache.Key(run: 1, table: .blocks, page: 19)
    let pieces = IndexPageCache.Key(run: 0, table: .pieces, page: 19)
    #expect(cache[other] == nil)
    #expect(cache[pieces] == nil)
  }
}
