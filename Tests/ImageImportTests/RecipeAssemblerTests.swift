import Compression
import Digests
import FileTree
import ImageSamples
import Store
import Testing

@testable import ImageImport

@Suite("Recipes")
struct RecipeAssemblerTests {
  private let parameters = StoreParameters(blockSize: 4096, compressor: .zstd, level: 3)
  private let diffID = Digest.of([UInt8]([1]).span.bytes)

  private func record(_ number: UInt8) -> BlockRecord {
    let content = [UInt8](repeating: number, count: 4096)
    return BlockRecord(
      content: .of(content.span.bytes), size: 4096, stored: content.span.bytes,
      isCompressed: false)
  }

  private func entry(_ blocks: [UInt32]) -> LayerEntry {
    LayerEntry(
      path: "file", attributes: Attributes(mode: 0o644),
      kind: .regular(FileContent(size: UInt64(blocks.count) * 4096, blocks: blocks)))
  }

  private func blocks(_ entry: LayerEntry) -> [UInt32] {
    if case .regular(let content) = entry.kind { content.blocks } else { [] }
  }

  @Test("do not depend on the order in which blocks are done")
  func order() {
    let outcomes: [PreparedBlock.Outcome] = (0..<20).map {
      .data(number: UInt32($0), record(UInt8($0 % 7)))
    }
    let entries = [entry(Array(0..<20)), entry([3, FileContent.hole, 3])]
    func recipe(_ outcomes: [PreparedBlock.Outcome]) -> LayerRecipe {
      var assembler = RecipeAssembler()
      for outcome in outcomes { assembler.add(outcome) }
      return assembler.recipe(diffID: diffID, parameters: parameters, entries: entries)
    }
    let straight = recipe(outcomes)
    #expect(recipe(outcomes.reversed()) == straight)
    #expect(straight.blocks.count == 7, "each content once")
    #expect(
      blocks(straight.entries[0]).map { straight.blocks[Int($0)] }
        == (0..<20).map { record(UInt8($0 % 7)) })
    #expect(blocks(straight.entries[1]) == [3, FileContent.hole, 3])
  }

  @Test("point the pieces of fragments at the blocks they lie in")
  func fragments() throws {
    var assembler = RecipeAssembler()
    assembler.add(.data(number: 0, record(1)))
    assembler.add(
      .fragment(
        number: 0,
        PreparedFragment(
          size: 30, storedSize: StoredSize(byteCount: 30, isCompressed: false),
          checksum: record(9).checksum,
          pieces: [
            .init(block: record(2), offset: 5, length: 10),
            .init(block: record(1), offset: 0, length: 20),
          ])))
    let recipe = assembler.recipe(diffID: diffID, parameters: parameters, entries: [entry([0])])
    let pieces = try #require(recipe.fragments.first).pieces
    #expect(pieces.map { recipe.blocks[Int($0.block)] } == [record(2), record(1)])
    #expect(pieces.map(\.offset) == [5, 0])
    #expect(pieces.map(\.length) == [10, 20])
    try recipe.validate()
  }

  @Test("of a layer of nothing are valid")
  func empty() throws {
    let recipe = RecipeAssembler().recipe(diffID: diffID, parameters: parameters, entries: [])
    try recipe.validate()
    #expect(recipe.blocks.isEmpty && recipe.fragments.isEmpty)
  }

  @Test("survive being written and read", arguments: [4096, 131_072] as [UInt32])
  func coding(blockSize: UInt32) throws {
    let store = try SampleStore(blockSize: blockSize)
    let recipe = try store.layer(SampleTree.members)
    try recipe.validate()
    #expect(try LayerRecipe(decoding: recipe.encoded()) == recipe)
  }
}
