public import Digests
public import FileTree

/// What one OCI layer contains: its entries, pointing at blocks (firn-store(5), "Layer recipes").
///
/// It does not say where blocks lie: whoever links it asks the block index, and takes the layer for
/// unknown when a block is not there any more.
public struct LayerRecipe: Hashable, Sendable {
  /// The digest of the layer's tar stream.
  public var diffID: Digest
  /// How the content was cut and compressed.
  public var parameters: StoreParameters
  /// The entries in the order of the tar stream; their contents' indices point into ``blocks`` and
  /// ``fragments``.
  public var entries: [LayerEntry]
  /// The blocks, of whole-block content and those that hold pieces.
  public var blocks: [BlockRecord]
  /// The canonical fragment blocks of the layer.
  public var fragments: [FragmentBlock]

  /// Makes a recipe.
  public init(
    diffID: Digest, parameters: StoreParameters, entries: [LayerEntry], blocks: [BlockRecord],
    fragments: [FragmentBlock]
  ) {
    self.diffID = diffID
    self.parameters = parameters
    self.entries = entries
    self.blocks = blocks
    self.fragments = fragments
  }

  /// The name of the recipe.
  public var key: LayerKey { LayerKey(diffID: diffID, parameters: parameters) }
}
