internal import Digests
internal import FileTree
internal import Store

/// Collects the blocks of a layer as they are stored, and makes the recipe when all are.
struct RecipeAssembler {
  private var dataBlocks: [UInt32: BlockRecord] = [:]
  private var fragments: [UInt32: PreparedFragment] = [:]

  /// Notes what became of a block.
  mutating func add(_ outcome: PreparedBlock.Outcome) {
    switch outcome {
    case .data(let number, let record): dataBlocks[number] = record
    case .fragment(let number, let fragment): fragments[number] = fragment
    }
  }

  /// The recipe of a layer whose blocks have all been added.
  ///
  /// - Parameter entries: The entries, with numbers of the layer's blocks as indices.
  func recipe(
    diffID: Digest, parameters: StoreParameters, entries: [LayerEntry]
  ) -> LayerRecipe {
    var table = BlockTable()
    let data = dataBlocks.sorted { $0.key < $1.key }.map { ($0.key, table.index(of: $0.value)) }
    let indices = Dictionary(uniqueKeysWithValues: data)
    let blocks = fragments.sorted { $0.key < $1.key }.map { entry in
      FragmentBlock(
        size: entry.value.size, storedSize: entry.value.storedSize,
        checksum: entry.value.checksum,
        pieces: entry.value.pieces.map {
          Piece(block: table.index(of: $0.block), offset: $0.offset, length: $0.length)
        })
    }
    return LayerRecipe(
      diffID: diffID, parameters: parameters,
      entries: entries.map { $0.mapping(indices) }, blocks: table.blocks, fragments: blocks)
  }
}

/// Blocks in the order in which they were first asked for, each content once.
struct BlockTable {
  private(set) var blocks: [BlockRecord] = []
  private var indices: [SHA256Digest: UInt32] = [:]

  /// The index of a block, which is added if it is new.
  mutating func index(of block: BlockRecord) -> UInt32 {
    if let known = indices[block.content] { return known }
    let index = UInt32(blocks.count)
    blocks.append(block)
    indices[block.content] = index
    return index
  }
}

extension LayerEntry {
  /// The entry with other block indices.
  fileprivate func mapping(_ indices: [UInt32: UInt32]) -> LayerEntry {
    guard case .regular(var content) = kind, !content.blocks.isEmpty else { return self }
    content.blocks = content.blocks.map { indices[$0] ?? FileContent.hole }
    var entry = self
    entry.kind = .regular(content)
    return entry
  }
}
