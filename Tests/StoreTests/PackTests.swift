import Compression
import Digests
import Testing

@testable import Store

@Suite("A pack")
struct PackTests {
  private func sealedPack(
    _ store: Store, _ contents: [[UInt8]]
  ) throws -> (pack: SealedPack, blocks: [PreparedBlock]) {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    let blocks = try contents.map { try PreparedBlock($0, store.parameters) }
    for block in blocks { try writer.append(block.record, stored: block.stored.span.bytes) }
    return (try #require(try writer.seal()), blocks)
  }

  private let contents = [
    Sample.content(1, count: 4096), Sample.content(2, count: 4096), Array("tiny".utf8),
    [UInt8](repeating: 0, count: 4096),
  ]

  @Test("gives back every block that was appended, and is named by its trailer")
  func roundTrip() throws {
    let (store, directory) = try memoryStore()
    let (pack, blocks) = try sealedPack(store, contents)
    let reader = try store.pack(pack.record.id)
    #expect(try reader.trailer() == pack.trailer)
    #expect(pack.record.size == reader.size)
    let trailer = pack.trailer.encoded()
    let digest = SHA256Digest.of(trailer.span.bytes)
    #expect(pack.record.id.digest == digest)
    let content = BlockContent(parameters: store.parameters)
    for (index, block) in blocks.enumerated() {
      let offset = pack.trailer.blocks[index].offset
      let stored = try reader.storedBytes(of: block.record, at: offset)
      #expect(stored == block.stored)
      #expect(try content.bytes(of: block.record, stored: stored) == contents[index])
    }
    #expect(directory.leftovers.isEmpty)
  }

  @Test("without blocks is none")
  func empty() throws {
    let (store, directory) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    #expect(try PackWriter(staging).seal() == nil)
    staging.finish()
    #expect(directory.paths.filter { $0.area == .packs } == [])
  }

  @Test("larger than a slab is written in slabs")
  func slabs() throws {
    let directory = MemoryDirectory()
    let store = try Store.create(
      at: directory,
      parameters: StoreParameters(blockSize: 1 << 20, compressor: .zstd, level: 1),
      surroundings: testSurroundings())
    let contents = (0..<9).map { Sample.content(UInt64($0), count: 1 << 20) }
    let (pack, _) = try sealedPack(store, contents)
    #expect(pack.record.size > UInt64(PackWriter.slabSize))
    #expect(try store.pack(pack.record.id).trailer() == pack.trailer)
  }

  @Test("takes blocks from many threads at once")
  func threads() async throws {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    let writer = try PackWriter(staging)
    let blocks = try (0..<64).map {
      try PreparedBlock(Sample.content($0, count: 900), testParameters)
    }
    await withTaskGroup(of: Void.self) { group in
      for block in blocks {
        group.addTask { _ = try? writer.append(block.record, stored: block.stored.span.bytes) }
      }
    }
    let pack = try #require(try writer.seal())
    staging.finish()
    #expect(Set(pack.trailer.blocks.map(\.record)) == Set(blocks.map(\.record)))
    let reader = try store.pack(pack.record.id)
    for block in pack.trailer.blocks {
      #expect(throws: Never.self) { try reader.storedBytes(of: block.record, at: block.offset) }
    }
  }

  @Test("made by another writer of the same content is another pack")
  func repetition() throws {
    let (store, directory) = try memoryStore()
    let first = try sealedPack(store, contents).pack
    let second = try sealedPack(store, contents).pack
    #expect(first.trailer.blocks == second.trailer.blocks)
    #expect(first.record.id != second.record.id)
    #expect(directory.paths.filter { $0.area == .packs }.count == 2)
    #expect(directory.leftovers.isEmpty)
  }

  @Test("refuses what its record does not describe")
  func mismatch() throws {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    let writer = try PackWriter(staging)
    let block = try PreparedBlock(contents[0], testParameters)
    let short = Array(block.stored.dropLast())
    #expect(throws: StoreError.self) {
      try writer.append(block.record, stored: short.span.bytes)
    }
    let piece = PieceRecord(content: block.record.content, offset: 4000, length: 97)
    #expect(throws: StoreError.self) {
      try writer.append(block.record, stored: block.stored.span.bytes, pieces: [piece])
    }
    #expect(try writer.seal() == nil)
    #expect(throws: StoreError.self) {
      try writer.append(block.record, stored: block.stored.span.bytes)
    }
  }

  @Test("that is damaged in a block is read twice and then refused by name and offset")
  func damagedBlock() throws {
    let (store, directory) = try memoryStore()
    let pack = try sealedPack(store, contents).pack
    let path = StorePath(.packs, pack.record.id.description)
    let block = pack.trailer.blocks[1]
    directory.tamper(path) { $0[Int(block.offset) + 5] ^= 1 }
    let reader = try store.pack(pack.record.id)
    #expect(throws: StoreError.damagedBlock(path, offset: block.offset)) {
      try reader.storedBytes(of: block.record, at: block.offset)
    }
    #expect(throws: Never.self) {
      try reader.storedBytes(
        of: pack.trailer.blocks[0].record, at: pack.trailer.blocks[0].offset)
    }
  }

  @Test("asked for bytes beyond its end says so")
  func beyondEnd() throws {
    let (store, _) = try memoryStore()
    let pack = try sealedPack(store, contents).pack
    let reader = try store.pack(pack.record.id)
    for offset in [pack.record.size - 1, pack.record.size, .max] {
      #expect(throws: StoreError.self) {
        try reader.storedBytes(of: pack.trailer.blocks[0].record, at: offset)
      }
    }
  }

  @Test("cut off anywhere, or with any byte wrong outside its blocks, has no trailer")
  func damagedTrailer() throws {
    let (store, directory) = try memoryStore()
    let pack = try sealedPack(store, contents).pack
    let path = StorePath(.packs, pack.record.id.description)
    let good = try #require(directory.bytes(path))
    let reader = { try store.pack(pack.record.id).trailer() }
    for index in good.indices {
      directory.tamper(path) { $0 = Array(good[..<index]) }
      #expect(throws: StoreError.self, "cut at \(index)") { try reader() }
      guard index < 16 || index >= Int(pack.trailer.dataEnd) else { continue }
      directory.tamper(path) {
        $0 = good
        $0[index] ^= 0x40
      }
      #expect(throws: StoreError.self, "byte \(index)") { try reader() }
    }
  }
}
