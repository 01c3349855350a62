import Digests
import Testing

@testable import Store

@Suite("An image object")
struct ImageObjectTests {
  private func sample() throws -> ImageObject {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    return try Sample("a").link(store, staging).object
  }

  @Test("is the same after writing and reading, and its bytes are determined")
  func roundTrip() throws {
    let object = try sample()
    #expect(try ImageObject(decoding: object.encoded()) == object)
    #expect(object.encoded() == object.encoded())
  }

  @Test("of an empty image can be written and read")
  func empty() throws {
    let object = ImageObject(
      parameters: testParameters, head: [], tail: [], packs: [], blocks: [], fragments: [],
      extents: [], documents: [:], layers: [])
    #expect(try ImageObject(decoding: object.encoded()) == object)
  }

  @Test("knows where the root blob's data area ends")
  func dataEnd() throws {
    let object = try sample()
    let stored = object.blocks.prefix(3).reduce(0) { $0 + UInt64($1.record.storedSize.byteCount) }
    let fragment = UInt64(object.fragments[0].storedSize.byteCount)
    #expect(object.dataEnd == 4 + stored + fragment)
    #expect(object.rootBlobSize == object.dataEnd + UInt64("tail a".utf8.count))
  }

  @Test("has another root identity when the root blob differs, and only then")
  func rootIdentity() throws {
    let object = try sample()
    var moved = object
    moved.packs = [PackID(SHA256Digest.of([1, 2].span.bytes))]
    moved.documents = [:]
    #expect(moved.rootIdentity == object.rootIdentity)
    var tables = object
    tables.tail.append(0)
    #expect(tables.rootIdentity != object.rootIdentity)
    var order = object
    order.extents.swapAt(0, 1)
    #expect(order.rootIdentity != object.rootIdentity)
    var content = object
    content.blocks[0].record.content = content.blocks[1].record.content
    #expect(content.rootIdentity != object.rootIdentity)
  }

  static let breaks: [(String, @Sendable (inout ImageObject) -> Void)] = [
    ("an extent beyond the blocks", { $0.extents.append(.block(99)) }),
    ("an extent beyond the fragments", { $0.extents.append(.fragment(1)) }),
    ("a block in no pack", { $0.blocks[0].pack = 7 }),
    ("a block in the pack's header", { $0.blocks[0].offset = 3 }),
    ("a block larger than the block size", { $0.blocks[0].record.size = 5000 }),
    ("a compressed block larger than its content", { $0.blocks[0].record.size = 1 }),
    ("a pack listed twice", { $0.packs.append($0.packs[0]) }),
    ("a piece beyond its block", { $0.fragments[0].pieces[0].offset = 4096 }),
    ("a piece that wraps around", { $0.fragments[0].pieces[0].offset = .max }),
    ("a piece of no block", { $0.fragments[0].pieces[0].block = .max }),
    ("pieces that do not add up", { $0.fragments[0].size += 1 }),
    ("an empty piece", { $0.fragments[0].pieces.append(Piece(block: 0, offset: 0, length: 0)) }),
    ("an impossible block size", { $0.parameters.blockSize = 5000 }),
  ]

  @Test("that breaks a rule is refused", arguments: breaks.indices)
  func rules(_ index: Int) throws {
    var object = try sample()
    Self.breaks[index].1(&object)
    #expect(throws: FormatError.self, "\(Self.breaks[index].0)") {
      try ImageObject(decoding: object.encoded())
    }
  }

  @Test("is refused wherever it is cut off or one bit is wrong")
  func damage() throws {
    let bytes = try sample().encoded()
    for index in bytes.indices {
      #expect(throws: FormatError.self) { try ImageObject(decoding: Array(bytes[..<index])) }
      var wrong = bytes
      wrong[index] ^= 1 << (index % 8)
      #expect(throws: FormatError.self) { try ImageObject(decoding: wrong) }
    }
  }
}
