import Compression
import Digests
import ImageSamples
import Store
import Testing

@testable import ImageImport

@Suite("Preparing blocks")
struct BlockPreparationTests {
  private let known = KnownContent(BlockIndex())
  private let encoder: BlockEncoder

  init() throws {
    encoder = try BlockEncoder(StoreParameters(blockSize: 4096, compressor: .zstd, level: 3))
  }

  private var prepare: BlockPreparation { BlockPreparation(known: known, encoder: encoder) }

  private func fragment(_ tails: [[UInt8]]) -> PendingBlock {
    var assembler = FragmentAssembler(blockSize: 4096)
    for tail in tails { _ = assembler.add(tail) }
    return assembler.seal() ?? PendingBlock(purpose: .data(number: 0), content: [])
  }

  private func prepared(_ tails: [[UInt8]]) -> (fragment: PreparedFragment?, new: NewBlock?) {
    let result = prepare(fragment(tails))
    guard case .fragment(_, let fragment) = result.outcome else { return (nil, result.new) }
    return (fragment, result.new)
  }

  @Test("describes and compresses what is new")
  func new() throws {
    for content in [SampleBytes.text(4096, seed: 1), SampleBytes.noise(4096, seed: 1)] {
      let result = prepare(PendingBlock(purpose: .data(number: 5), content: content))
      let new = try #require(result.new)
      #expect(new.record.content == .of(content.span.bytes))
      #expect(new.record.checksum == .of(new.stored.span.bytes))
      #expect(Int(new.record.storedSize.byteCount) == new.stored.count)
      #expect(new.record.size == 4096)
      guard case .data(number: 5, let record) = result.outcome else {
        Issue.record("not the block that was given")
        continue
      }
      #expect(record == new.record)
    }
  }

  @Test("finds what is stored, and has no side effects")
  func knownBlock() throws {
    let block = PendingBlock(purpose: .data(number: 0), content: SampleBytes.text(4096, seed: 1))
    let first = try #require(prepare(block).new)
    #expect(prepare(block).new != nil, "preparing notes nothing")
    #expect(known.add(first, row: 0))
    #expect(!known.add(first, row: 0), "once is enough")
    #expect(prepare(block).new == nil)
  }

  @Test("stores a fragment block of new pieces as it is, and its pieces can be found")
  func newFragment() throws {
    let tails = (1...4).map { SampleBytes.noise($0 * 100, seed: UInt64($0)) }
    let (fragment, new) = prepared(tails)
    let block = try #require(new)
    #expect(fragment?.pieces.count == 1)
    #expect(fragment?.checksum == block.record.checksum)
    #expect(fragment?.storedSize == block.record.storedSize)
    #expect(known.add(block, row: 0))
    var offset: UInt32 = 0
    for tail in tails {
      let place = try #require(known.piece(.of(tail.span.bytes)))
      #expect(place.block == block.record)
      #expect(place.offset == offset)
      #expect(Int(place.length) == tail.count)
      offset += place.length
    }
    #expect(prepared(tails).new == nil)
  }

  @Test("stores only the new pieces of another, and refers to the rest where it lies")
  func partlyKnown() throws {
    let tails = (1...6).map { SampleBytes.noise($0 * 100, seed: UInt64($0)) }
    let stored = try #require(prepared([tails[1], tails[4]]).new)
    #expect(known.add(stored, row: 0))
    let (found, new) = prepared(tails)
    let fragment = try #require(found)
    let rest = try #require(new)
    let restContent = tails[0] + tails[2] + tails[3] + tails[5]
    #expect(rest.record.content == .of(restContent.span.bytes))
    #expect(rest.pieces.count == 4)
    #expect(
      content(of: fragment, [stored.record: tails[1] + tails[4], rest.record: restContent])
        == tails.flatMap { $0 })
    #expect(fragment.pieces.count == 5, "pieces that follow each other are one")
    let canonical = encoder.encode(tails.flatMap { $0 })
    #expect(fragment.checksum == .of(canonical.bytes.span.bytes))
    #expect(fragment.storedSize == canonical.storedSize)
    #expect(fragment.size == 2100)
  }

  @Test("stores nothing for one whose pieces are all stored")
  func allKnown() throws {
    let tails = (1...4).map { SampleBytes.noise($0 * 100, seed: UInt64($0)) }
    let one = try #require(prepared([tails[3], tails[0]]).new)
    let two = try #require(prepared([tails[2], tails[1]]).new)
    #expect(known.add(one, row: 0) && known.add(two, row: 0))
    let (found, new) = prepared(tails)
    #expect(new == nil)
    let fragment = try #require(found)
    #expect(
      content(
        of: fragment, [one.record: tails[3] + tails[0], two.record: tails[2] + tails[1]])
        == tails.flatMap { $0 })
  }

  /// A fragment's content put together from the blocks its pieces lie in.
  private func content(
    of fragment: PreparedFragment, _ blocks: [BlockRecord: [UInt8]]
  ) -> [UInt8] {
    fragment.pieces.flatMap { piece in
      (blocks[piece.block] ?? []).dropFirst(Int(piece.offset)).prefix(Int(piece.length))
    }
  }

  @Test("finds a fragment block that is stored whole, whatever its pieces say")
  func knownWhole() throws {
    let tails = (1...3).map { SampleBytes.noise($0 * 100, seed: UInt64($0)) }
    let whole = PendingBlock(purpose: .data(number: 0), content: tails.flatMap { $0 })
    #expect(known.add(try #require(prepare(whole).new), row: 0))
    let (fragment, new) = prepared(tails)
    #expect(new == nil)
    #expect(fragment?.pieces.count == 1)
    #expect(fragment?.pieces.first?.length == 600)
  }
}
