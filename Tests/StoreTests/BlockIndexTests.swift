import Digests
import Testing

@testable import Store

@Suite("The block index")
struct BlockIndexTests {
  /// Publishes a pack of tiny blocks with an index run, without an image.
  private func publish(
    _ seeds: Range<Int>, to store: Store, merging: Bool = true
  ) throws -> SealedPack {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    for seed in seeds {
      let content = Array("content \(seed)".utf8)
      let block = try PreparedBlock(content, store.parameters)
      let piece = PieceRecord(
        content: pieceDigest(seed), offset: 1, length: UInt32(content.count - 1))
      try writer.append(block.record, stored: block.stored.span.bytes, pieces: [piece])
    }
    let pack = try #require(try writer.seal())
    let run = try #require(try staging.writeIndexRun(of: [pack]))
    try store.publish("test", staging: staging) { (catalog) throws(StoreError) in
      catalog.adding(packs: [pack.record]).adding(run: run)
    }
    if merging { try store.mergeIndexRuns(staging) }
    return pack
  }

  private func digest(_ seed: Int) -> SHA256Digest {
    SHA256Digest.of(Array("content \(seed)".utf8).span.bytes)
  }

  private func pieceDigest(_ seed: Int) -> SHA256Digest {
    SHA256Digest.of(Array("ontent \(seed)".utf8).span.bytes)
  }

  @Test("finds every block and piece of a run, and nothing else")
  func lookups() throws {
    let (store, _) = try memoryStore()
    let pack = try publish(0..<3000, to: store)
    let index = try BlockIndex(loading: try store.newest(), of: store)
    for (seed, block) in pack.trailer.blocks.enumerated() {
      let found = try #require(index.block(digest(seed)))
      #expect(found.block == block.record)
      let location = BlockLocation(
        pack: pack.record.id, offset: block.offset, ordinal: UInt32(seed))
      #expect(found.location == location)
      let piece = try #require(index.piece(pieceDigest(seed)))
      #expect(piece.block == digest(seed))
      #expect(piece.offset == 1)
    }
    for seed in 3000..<4000 {
      #expect(index.block(digest(seed)) == nil)
      #expect(index.piece(pieceDigest(seed)) == nil)
      #expect(index.block(pieceDigest(seed)) == nil)
    }
    #expect(index.blockCount == 3000)
    #expect(store.check(.data) == [])
  }

  @Test("reads each run with one open")
  func operations() throws {
    let (store, directory) = try memoryStore()
    for start in 0..<4 { _ = try publish(start * 10..<start * 10 + 10, to: store) }
    let catalog = try store.newest()
    directory.forgetOperations()
    _ = try BlockIndex(loading: catalog, of: store)
    #expect(directory.operations.count == 4)
    #expect(directory.operations.allSatisfy { $0.hasPrefix("open index/") })
  }

  @Test("knows a pack that was just sealed")
  func fresh() throws {
    let (store, _) = try memoryStore()
    var index = BlockIndex()
    #expect(index.block(digest(1)) == nil)
    index.add(try publish(0..<5, to: store))
    #expect(index.block(digest(1)) != nil)
    #expect(index.piece(pieceDigest(1))?.block == digest(1))
  }

  @Test("does not find what lies in packs that are not listed any more")
  func removedPacks() throws {
    let (store, _) = try memoryStore()
    let gone = try publish(0..<5, to: store)
    _ = try publish(3..<8, to: store)
    var catalog = try store.newest()
    catalog.packs.removeAll { $0.id == gone.record.id }
    let index = try BlockIndex(loading: catalog, of: store)
    #expect(index.block(digest(0)) == nil)
    #expect(index.piece(pieceDigest(0)) == nil)
    for seed in 3..<8 {
      #expect(index.block(digest(seed)) != nil)
      #expect(index.piece(pieceDigest(seed)) != nil)
    }
  }

  @Test("is merged so that the number of runs stays bounded, and loses nothing")
  func merging() throws {
    let (store, directory) = try memoryStore()
    for number in 0..<60 {
      _ = try publish(number * 5..<number * 5 + 7, to: store)
      #expect(try store.newest().indexRuns.count <= Store.mostIndexRuns)
    }
    let index = try BlockIndex(loading: try store.newest(), of: store)
    for seed in 0..<302 {
      #expect(index.block(digest(seed)) != nil)
      #expect(index.piece(pieceDigest(seed)) != nil)
    }
    #expect(directory.leftovers.isEmpty)
    #expect(store.check(.data) == [])
  }

  @Test("is merged without rows of packs that are not listed any more")
  func mergingDropsRows() throws {
    let (store, _) = try memoryStore()
    let gone = try publish(0..<5, to: store, merging: false)
    for number in 1...8 {
      _ = try publish(number * 5..<number * 5 + 5, to: store, merging: false)
    }
    try store.publish("drop") { (catalog) throws(StoreError) in
      var next = catalog
      next.packs.removeAll { $0.id == gone.record.id }
      return next
    }
    let staging = try store.stage(purpose: "merge")
    let catalog = try store.mergeIndexRuns(staging)
    staging.finish()
    #expect(catalog.indexRuns.count < 9)
    #expect(catalog.indexRuns.reduce(0) { $0 + $1.blocks } == 40)
    #expect(store.check() == [])
  }

  @Test("that others merged meanwhile is not merged twice")
  func mergedMeanwhile() throws {
    let (store, _) = try memoryStore()
    for number in 0..<9 { _ = try publish(number..<number + 1, to: store, merging: false) }
    let old = try store.newest()
    let chosen = Store.runsToMerge(old.indexRuns)
    let run = IndexRunRecord(id: testDigest(1), size: 1, blocks: 1, pieces: 0)
    let once = old.replacing(runs: chosen, with: run)
    #expect(once.replacing(runs: chosen, with: run) == once)
    #expect(once.indexRuns.contains(run))
  }

  @Test("rewrites a row a number of times that grows slowly")
  func amortisation() {
    var runs: [IndexRunRecord] = []
    var written: UInt64 = 0
    let count = 2000
    for number in 0..<count {
      let digest = SHA256Digest.of(Array("\(number)".utf8).span.bytes)
      runs.append(IndexRunRecord(id: digest, size: 1, blocks: 1, pieces: 0))
      let chosen = Store.runsToMerge(runs)
      guard !chosen.isEmpty else { continue }
      let total = chosen.reduce(0) { $0 + $1.size }
      written += total
      runs.removeAll { chosen.contains($0) }
      let name = SHA256Digest.of(Array("merged \(number)".utf8).span.bytes)
      runs.append(IndexRunRecord(id: name, size: total, blocks: total, pieces: 0))
      #expect(runs.count <= Store.mostIndexRuns)
    }
    #expect(runs.reduce(0) { $0 + $1.size } == UInt64(count))
    #expect(written < UInt64(count) * 12, "\(written) rows written")
  }

  @Test("a run is refused wherever it is cut off or one byte is wrong")
  func damage() throws {
    let (store, directory) = try memoryStore()
    _ = try publish(0..<4, to: store)
    let record = try store.newest().indexRuns[0]
    let path = StorePath(.index, record.id.hex)
    let good = try #require(directory.bytes(path))
    for index in good.indices {
      #expect(throws: FormatError.self, "cut at \(index)") {
        try IndexRun(decoding: Array(good[..<index]), named: record.id)
      }
      var wrong = good
      wrong[index] ^= 1
      #expect(throws: FormatError.self, "byte \(index)") {
        try IndexRun(decoding: wrong, named: record.id)
      }
    }
  }
}
