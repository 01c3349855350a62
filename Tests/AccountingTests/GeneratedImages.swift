import Digests
import Store
import StoreSimulation

/// A catalog of many images over many blocks, made up as they are asked for.
///
/// Half of each image's blocks are its own, in one run; the others are runs of a hundred from a
/// common pool, a fiftieth of all blocks.
struct GeneratedImages: ImageBlocksSource {
  let images: Int
  let blocks: Int
  let perPack: Int

  private var ownCount: Int { (blocks - poolCount) / images }
  private var poolCount: Int { blocks / 50 }
  private static let run = 100

  /// The blocks that the images count on.
  var expectedBlocks: Int { ownCount * images + min(poolCount, poolCount) }

  /// How many blocks all images name together.
  var references: Int { images * 2 * ownCount }

  private func pack(_ number: Int) -> PackID {
    PackID(SHA256Digest.of(Array("pack \(number)".utf8).span.bytes))
  }

  private func name(_ image: Int) -> SHA256Digest {
    let text = String(image)
    let digits = String(repeating: "0", count: 64 - text.count) + text
    return SHA256Digest(hex: digits) ?? testDigest(0)
  }

  /// The catalog of all images.
  func catalog() throws -> Catalog {
    let packs = (0...blocks / perPack).map { PackRecord(id: pack($0), size: 4 << 30) }
    var catalog = Catalog().adding(packs: packs)
    for image in 0..<images {
      let record = ImageRecord(
        object: name(image), rootIdentity: name(image), names: ["image\(image)"],
        digests: ["sha256:\(name(image))"], logicalSize: 1, created: 1)
      catalog = try catalog.adding(record, using: [])
    }
    return catalog
  }

  func imageBlocks(_ object: SHA256Digest) throws(StoreError) -> ImageBlocks {
    let (packs, blocks) = table(of: Int(object.bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) }))
    return ImageBlocks(packs: packs, blocks: blocks, objectSize: UInt64(blocks.count) * 72)
  }

  /// The number of an image is taken from its name, whose hexadecimal digits are decimal ones.
  private func table(of hex: Int) -> (packs: [PackID], blocks: [ImageObject.Block]) {
    let image = Int(String(hex, radix: 16)) ?? 0
    let record = BlockRecord(
      content: testDigest(1), checksum: .of([1].span.bytes),
      storedSize: StoredSize(byteCount: 40_000, isCompressed: true), size: 131_072)
    var packs: [PackID] = []
    var indices: [Int: UInt32] = [:]
    var table: [ImageObject.Block] = []
    table.reserveCapacity(2 * ownCount)
    func add(_ block: Int) {
      let number = block / perPack
      if indices[number] == nil {
        indices[number] = UInt32(packs.count)
        packs.append(pack(number))
      }
      let ordinal = UInt32(block % perPack)
      table.append(
        ImageObject.Block(
          record: record, pack: indices[number] ?? 0, offset: 16 + UInt64(ordinal) * 40_000,
          ordinal: ordinal))
    }
    for block in 0..<ownCount { add(poolCount + image * ownCount + block) }
    let runs = poolCount / Self.run
    for run in 0..<ownCount / Self.run {
      let first = (image &* 7919 &+ run &* 31) % runs * Self.run
      for block in 0..<Self.run { add(first + block) }
    }
    return (packs, table)
  }

  /// A whole object of one image, with a tree of a hundred thousand files.
  func object() throws -> ImageObject {
    let (packs, blocks) = table(of: 0)
    return ImageObject(
      parameters: StoreParameters(level: 3), head: [0],
      tail: Sample.content(1, count: 4 << 20), packs: packs, blocks: blocks, fragments: [],
      extents: blocks.indices.map { .block(UInt32($0)) }, documents: [:], layers: [])
  }
}
