import Digests
import StoreSimulation
import Testing

@testable import Store

@Suite("The block table of an image object")
struct ImageBlocksTests {
  /// Writes an object of so many blocks, with a tree of so many bytes.
  private func write(
    blocks: Int, tail: Int, to store: Store
  ) throws -> (name: SHA256Digest, object: ImageObject) {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    var object = try Sample("a").link(store, staging).object
    object.tail = Sample.content(3, count: tail)
    object.packs += [PackID(testDigest(1)), PackID(testDigest(2))]
    object.blocks += (0..<blocks).map { number in
      let record = BlockRecord(
        content: SyntheticPack.digest(number), checksum: .of([1].span.bytes),
        storedSize: StoredSize(byteCount: UInt32(1 + number % 4096), isCompressed: false),
        size: UInt32(1 + number % 4096))
      return ImageObject.Block(
        record: record, pack: UInt32(number % 3), offset: 16 + UInt64(number) * 5000,
        ordinal: UInt32(number) &* 7919)
    }
    return (try staging.write(object), object)
  }

  @Test(
    "says of every block what the object says, however large it is",
    arguments: [0, 1, 500, 3000], [0, 10_000, 300_000])
  func same(_ blocks: Int, _ tail: Int) throws {
    let (store, directory) = try memoryStore()
    let (name, object) = try write(blocks: blocks, tail: tail, to: store)
    let metered = MeteredDirectory(directory)
    let reader = try Store.open(metered, surroundings: testSurroundings())
    let table = try reader.imageBlocks(name)
    #expect(table.packs == object.packs)
    #expect(table.count == object.blocks.count)
    for (number, block) in object.blocks.enumerated() {
      let place = table[number]
      #expect(place.pack == Int(block.pack))
      #expect(place.ordinal == block.ordinal)
      #expect(place.storedByteCount == block.record.storedSize.byteCount)
    }
    #expect(table.objectSize == UInt64(directory.bytes(StorePath(.images, name.hex))?.count ?? 0))
    #expect(metered[.images].opens == 1)
    #expect(metered[.images].reads <= 2)
    #expect(metered[.images].bytes <= 65536 + blocks * 72 + 1000)
    let made = ImageBlocks(packs: object.packs, blocks: object.blocks)
    #expect(made.count == table.count)
    #expect((0..<made.count).allSatisfy { made[$0] == table[$0] })
  }

  @Test("is right or refused, wherever the object is cut off or one byte is wrong")
  func damage() throws {
    let (store, directory) = try memoryStore()
    let (name, object) = try write(blocks: 3, tail: 10, to: store)
    let path = StorePath(.images, name.hex)
    let good = try #require(directory.bytes(path))
    for index in good.indices {
      directory.tamper(path) { $0 = Array(good[..<index]) }
      #expect(throws: StoreError.self, "cut at \(index)") { try store.imageBlocks(name) }
      directory.tamper(path) { bytes in
        bytes = good
        bytes[index] ^= 0x10
      }
      guard let table = try? store.imageBlocks(name) else { continue }
      #expect(table.packs == object.packs)
      #expect(
        (0..<table.count).allSatisfy { table[$0].ordinal == object.blocks[$0].ordinal })
    }
  }

  @Test("is refused when a block names no pack")
  func wrongPack() throws {
    let record = BlockRecord(
      content: testDigest(1), checksum: .of([1].span.bytes),
      storedSize: StoredSize(byteCount: 1, isCompressed: false), size: 1)
    let block = ImageObject.Block(record: record, pack: 1, offset: 16, ordinal: 0)
    let table = ImageObject.encode([block])
    #expect(throws: FormatError.invalid("a block lies in no pack")) {
      try ImageBlocks(packs: [PackID(testDigest(1))], table: table, objectSize: 0)
    }
    #expect(throws: FormatError.self) {
      try ImageBlocks(packs: [], table: Array(table.dropLast()), objectSize: 0)
    }
  }

  @Test("of an object that is not there is missing")
  func missing() throws {
    let (store, _) = try memoryStore()
    let path = StorePath(.images, testDigest(4).hex)
    #expect(throws: StoreError.missing(path)) { try store.imageBlocks(testDigest(4)) }
  }
}
