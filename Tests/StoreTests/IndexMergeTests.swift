import Digests
import StoreSimulation
import Testing

@testable import Store

@Suite("Merging index runs")
struct IndexMergeTests {
  private func merge(_ store: Store) throws -> Catalog {
    let staging = try store.stage(purpose: "merge")
    defer { staging.finish() }
    return try store.mergeIndexRuns(staging)
  }

  /// Packs of ten blocks each, one more than may stay unmerged, each sharing five with the next.
  private func overlapping(_ store: Store) throws -> [PackID] {
    try (0...Store.mostIndexRuns).map {
      try SyntheticPack.publish($0 * 5..<$0 * 5 + 10, to: store)
    }
  }

  private func places(_ store: Store) throws -> [SHA256Digest: Set<PackID>] {
    try store.indexRows().blocks.reduce(into: [:]) {
      $0[$1.block.content, default: []].insert($1.location.pack)
    }
  }

  @Test("takes the block in the live pack, not in the condemned or damaged one")
  func standing() throws {
    let (store, _) = try memoryStore()
    let packs = try overlapping(store)
    let condemned = Set(packs.enumerated().filter { $0.offset % 4 == 1 }.map(\.element))
    let damaged = Set(packs.enumerated().filter { $0.offset % 4 == 3 }.map(\.element))
    try store.publish("stand") { (catalog) throws(StoreError) in
      catalog.condemning(objects: [], packs: condemned).marking(packs: damaged, damaged: true)
    }
    let before = try places(store)
    let catalog = try merge(store)
    #expect(catalog.indexRuns.count == 1)
    for (content, place) in try places(store) {
      let live = (before[content] ?? []).subtracting(condemned).subtracting(damaged)
      #expect(place.count == 1)
      #expect(live.isEmpty || place.isSubset(of: live))
    }
    #expect(store.check(.data) == [])
  }

  @Test(
    "drops the pieces of blocks that are gone, and keeps the piece whose block is there",
    arguments: [0, 1])
  func pieces(_ lost: Int) throws {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    let shared = PieceRecord(content: testDigest(7), offset: 0, length: 1)
    let packs = try (1...2).map { number in
      let writer = try PackWriter(staging)
      let content = Array("holder \(number)".utf8)
      let record = BlockRecord(
        content: SHA256Digest.of(content.span.bytes), size: UInt32(content.count),
        stored: content.span.bytes, isCompressed: false)
      try writer.append(record, stored: content.span.bytes, pieces: [shared])
      return try #require(try writer.seal())
    }
    for pack in packs {
      let run = try #require(try staging.writeIndexRun(of: [pack]))
      try store.publish("test", staging: staging) { (catalog) throws(StoreError) in
        catalog.adding(packs: [pack.record]).adding(run: run)
      }
    }
    staging.finish()
    let gone = try (0..<Store.mostIndexRuns).map {
      try SyntheticPack.publish($0 * 3..<$0 * 3 + 3, to: store)
    }
    let gonePacks = Set(gone.prefix(5) + [packs[lost].record.id])
    try store.publish("drop") { (catalog) throws(StoreError) in
      catalog.dropping(objects: [], packs: gonePacks)
    }
    _ = try merge(store)
    let rows = try store.indexRows()
    #expect(rows.blocks.count == 3 * (Store.mostIndexRuns - 5) + 1)
    #expect(rows.pieces.count == rows.blocks.count)
    let index = try BlockIndex(loading: try store.newest(), of: store)
    #expect(
      index.piece(testDigest(7))?.block == packs[1 - lost].trailer.blocks[0].record.content)
  }

  @Test("passes over a run that cannot be read, and merges the others", arguments: [true, false])
  func damaged(_ isRemoved: Bool) throws {
    let (store, directory) = try memoryStore()
    _ = try overlapping(store)
    let bad = try store.newest().indexRuns[4]
    let path = StorePath(.index, bad.id.hex)
    if isRemoved { directory.remove(path) } else { directory.tamper(path) { $0[60] ^= 4 } }
    #expect(try merge(store).indexRuns.count == Store.mostIndexRuns + 1)
    try SyntheticPack.publish(100..<101, to: store)
    let catalog = try merge(store)
    #expect(catalog.indexRuns.contains(bad))
    #expect(catalog.indexRuns.count < Store.mostIndexRuns)
    #expect(directory.leftovers == [])
    let index = try BlockIndex(loading: catalog, of: store)
    #expect(index.unreadableRuns == [bad])
    #expect(index.block(SyntheticPack.digest(100)) != nil)
  }

  @Test("reads runs once, in order, and never more than a window at a time")
  func bounded() throws {
    let (store, directory) = try memoryStore()
    for number in 0...Store.mostIndexRuns {
      try SyntheticPack.publish(number * 6000..<number * 6000 + 6000, to: store)
    }
    let runs = try store.newest().indexRuns
    let metered = MeteredDirectory(directory)
    let catalog = try merge(try Store.open(metered, surroundings: testSurroundings()))
    #expect(catalog.indexRuns.map(\.blocks) == [9 * 6000])
    let reading = metered[.index]
    #expect(reading.opens == 9)
    #expect(reading.largest <= 4 * IndexRunPages.pageSize)
    #expect(reading.bytes == Int(runs.reduce(0) { $0 + $1.size }))
  }

  @Test("finds rows that are not in order, whatever their pages' checksums say")
  func disorder() throws {
    let (store, _) = try memoryStore()
    let pack = try SyntheticPack.publish(0..<3, to: store)
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    var writer = try IndexRunWriter(staging)
    let rows = try store.indexRows().blocks
    for row in rows.reversed() { try writer.append(row) }
    let record = try #require(try writer.finish())
    let run = try store.indexRunPages(record)
    #expect(throws: StoreError.damaged(run.path, .invalid("the rows are not in order"))) {
      try run.check()
    }
    #expect(rows[0].location.pack == pack)
  }

  @Test("a run read by pages is refused wherever it is cut off or one byte is wrong")
  func damage() throws {
    let (store, directory) = try memoryStore()
    try SyntheticPack.publish(0..<4, to: store)
    let record = try store.newest().indexRuns[0]
    let path = StorePath(.index, record.id.hex)
    let good = try #require(directory.bytes(path))
    try store.indexRunPages(record).check()
    for index in good.indices {
      directory.tamper(path) { $0 = Array(good[..<index]) }
      #expect(throws: StoreError.self, "cut at \(index)") {
        try store.indexRunPages(record).check()
      }
      directory.tamper(path) { bytes in
        bytes = good
        bytes[index] ^= 1
      }
      #expect(throws: StoreError.self, "byte \(index)") {
        try store.indexRunPages(record).check()
      }
    }
  }
}

@Suite("The filter of digests")
struct DigestFilterTests {
  @Test("has what was put into it, and little else", arguments: [1, 100, 5000])
  func contains(_ count: Int) {
    var filter = DigestFilter(expecting: UInt64(count))
    for seed in 0..<count { filter.insert(SyntheticPack.digest(seed)) }
    #expect((0..<count).allSatisfy { filter.mayContain(SyntheticPack.digest($0)) })
    let wrong = (count..<count + 10_000).count { filter.mayContain(SyntheticPack.digest($0)) }
    #expect(wrong < 600)
  }

  @Test("never takes more than its bound")
  func bounded() {
    let filter = DigestFilter(expecting: .max)
    #expect(!filter.mayContain(testDigest(1)))
  }
}
