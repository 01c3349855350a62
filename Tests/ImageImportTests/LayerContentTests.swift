import Digests
import ImageSamples
import Store
import StoreSimulation
import Testing

@testable import ImageImport

@Suite("The content of a layer")
struct LayerContentTests {
  private let store: Store
  private let staging: StagingArea
  private let known = KnownContent(BlockIndex())
  private let packs: ImportPacks
  private let encoder: BlockEncoder

  init() throws {
    (store, _) = try memoryStore()
    staging = try store.stage(purpose: "test")
    packs = ImportPacks(staging, known: known)
    encoder = try BlockEncoder(store.parameters)
  }

  private func block(_ seed: UInt64, pieces: Int = 0) -> NewBlock {
    let content = SampleBytes.noise(4000, seed: seed)
    let form = encoder.encode(content)
    let record = BlockRecord(
      content: .of(content.span.bytes), size: 4000, stored: form.bytes.span.bytes,
      isCompressed: form.isCompressed)
    let records = (0..<pieces).map { (number: Int) -> PieceRecord in
      let piece = Array(content[number * 10..<number * 10 + 10])
      return PieceRecord(
        content: .of(piece.span.bytes), offset: UInt32(number * 10), length: 10)
    }
    return NewBlock(record: record, stored: form.bytes, pieces: records)
  }

  private func content(isLarge: Bool = false, gathering limit: Int = 100_000) -> LayerContent {
    LayerContent(known, row: packs.row(isLarge: isLarge), gathering: limit)
  }

  @Test("is found by its own layer at once, and by others once it is appended")
  func gathering() throws {
    let (one, other) = (content(), content())
    let new = block(1, pieces: 2)
    try one.append(new)
    #expect(one.block(new.record.content) == new.record)
    #expect(one.piece(new.pieces[1].content)?.offset == 10)
    #expect(other.block(new.record.content) == nil && other.piece(new.pieces[1].content) == nil)
    #expect(known.row(of: new.record.content) == nil && one.storedBytes == 0)
    try one.flush()
    #expect(other.block(new.record.content) == new.record)
    #expect(other.piece(new.pieces[1].content)?.block == new.record)
    #expect(one.storedBytes == UInt64(new.stored.count))
  }

  @Test("counts and stores what two layers have only once")
  func twice() throws {
    let (one, other) = (content(), content())
    let new = block(1)
    for layer in [one, one, other] { try layer.append(new) }
    try one.flush()
    try other.flush()
    #expect(one.storedBytes == UInt64(new.stored.count) && other.storedBytes == 0)
    let sealed = try packs.sealed(holding: [new.record])
    #expect(sealed.map(\.trailer.blocks.count) == [1])
  }

  @Test("of a small layer lies together, that of a large one in packs of its own")
  func order() throws {
    let layers = [content(), content(), content(isLarge: true, gathering: 0)]
    let blocks = (0..<30).map { block(UInt64($0)) }
    for (number, block) in blocks.enumerated() { try layers[number % 3].append(block) }
    for layer in layers { try layer.flush() }
    let sealed = try packs.sealed(holding: blocks.map(\.record))
    #expect(sealed.count == 2)
    let found = sealed.map { pack in pack.trailer.blocks.map(\.record.content) }
    let expected = (0..<3).map { layer in
      stride(from: layer, to: 30, by: 3).map { blocks[$0].record.content }
    }
    #expect(Set(found) == [expected[0] + expected[1], expected[2]])
    for block in blocks { #expect(known.location(block.record) != nil) }
  }

  @Test("is appended when too much is gathered")
  func full() throws {
    let layer = content(gathering: 9000)
    for seed in 0..<3 { try layer.append(block(UInt64(seed))) }
    #expect(layer.storedBytes >= 9000)
  }

  @Test("that nobody asks for is not sealed; what was published is not given again")
  func sealing() throws {
    let (one, other) = (
      content(isLarge: true, gathering: 0), content(isLarge: true, gathering: 0)
    )
    try one.append(block(1))
    try other.append(block(2))
    let first = try packs.sealed(holding: [block(1).record])
    #expect(first.count == 1)
    #expect(known.location(block(2).record) == nil)
    #expect(try packs.sealed(holding: []).map(\.record.id) == first.map(\.record.id))
    packs.notePublished(first)
    #expect(try packs.sealed(holding: [block(1).record]).isEmpty)
    #expect(try packs.sealed(holding: [block(2).record]).count == 1)
  }
}
