import Digests
import FileTree
import ImageSamples
import Testing

@testable import ImageImport

@Suite("Fragment blocks")
struct FragmentAssemblerTests {
  private struct Outcome {
    var positions: [TailPosition] = []
    var blocks: [PendingBlock] = []
  }

  private func assemble(_ tails: [[UInt8]], blockSize: Int = 4096) -> Outcome {
    var assembler = FragmentAssembler(blockSize: blockSize)
    var outcome = Outcome()
    for tail in tails {
      let (position, sealed) = assembler.add(tail)
      outcome.positions.append(position)
      if let sealed { outcome.blocks.append(sealed) }
    }
    if let last = assembler.seal() { outcome.blocks.append(last) }
    return outcome
  }

  private func tails(_ count: Int, seed: UInt64) -> [[UInt8]] {
    (0..<count).map { index in
      SampleBytes.noise(1 + (index * 911 + Int(seed) * 37) % 4095, seed: seed + UInt64(index % 40))
    }
  }

  @Test("hold every tail where its position says", arguments: [1, 2, 3] as [UInt64])
  func positions(seed: UInt64) {
    let tails = tails(200, seed: seed)
    let outcome = assemble(tails)
    for (tail, position) in zip(tails, outcome.positions) {
      let block = outcome.blocks[Int(position.fragment)].content
      let start = Int(position.offset)
      #expect(Array(block[start..<start + tail.count]) == tail)
    }
  }

  @Test("are numbered in order, never larger than a block, and list what is in them")
  func pieces() {
    let outcome = assemble(tails(300, seed: 9))
    for (index, block) in outcome.blocks.enumerated() {
      guard case .fragment(let number, let pieces) = block.purpose else {
        Issue.record("a fragment assembler makes fragments")
        continue
      }
      #expect(Int(number) == index)
      #expect((1...4096).contains(block.content.count))
      #expect(pieces.reduce(0) { $0 + Int($1.size) } == block.content.count, "no gaps")
      var offset: UInt32 = 0
      for piece in pieces {
        #expect(piece.offset == offset)
        let bytes = Array(block.content[Int(offset)..<Int(offset + piece.size)])
        #expect(piece.digest == .of(bytes.span.bytes))
        offset += piece.size
      }
    }
  }

  @Test("hold equal contents once")
  func shared() {
    let one = SampleBytes.noise(100, seed: 1)
    let two = SampleBytes.noise(4000, seed: 2)
    let outcome = assemble([one, two, one, two, one])
    #expect(outcome.positions[0] == outcome.positions[2])
    #expect(outcome.positions[0] == outcome.positions[4])
    #expect(outcome.positions[1] == outcome.positions[3])
    #expect(outcome.blocks.reduce(0) { $0 + $1.content.count } == 4100)
  }

  @Test("are filled to the last byte and no further")
  func exact() {
    let outcome = assemble([
      SampleBytes.noise(4000, seed: 1), SampleBytes.noise(96, seed: 2),
      SampleBytes.noise(1, seed: 3),
    ])
    #expect(outcome.blocks.map(\.content.count) == [4096, 1])
  }

  @Test("depend on nothing but what goes in")
  func deterministic() {
    let tails = tails(100, seed: 4)
    let one = assemble(tails)
    let two = assemble(tails)
    #expect(one.positions == two.positions)
    #expect(one.blocks.map(\.content) == two.blocks.map(\.content))
  }

  @Test("are not made of nothing")
  func none() {
    #expect(assemble([]).blocks.isEmpty)
    var assembler = FragmentAssembler(blockSize: 4096)
    _ = assembler.add([1])
    _ = assembler.seal()
    #expect(assembler.seal() == nil)
  }
}
