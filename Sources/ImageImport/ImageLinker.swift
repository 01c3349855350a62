internal import Compression
internal import Digests
internal import FileTree
internal import Flattening
internal import SquashFS
internal import Store

/// Links layer recipes into an image: one tree, one order of blocks, SquashFS metadata.
///
/// A pure function of the recipes' content and the parameters: where blocks are stored, and
/// whether a fragment block is stored as one, makes no difference to the root blob.
struct ImageLinker {
  /// An image without its documents, and where its blocks lie.
  struct Linked {
    var object: ImageObject
    var report: FlatteningReport
    var contentSize: UInt64
  }

  private let parameters: StoreParameters
  private let volume: VolumeParameters
  private var records: [BlockRecord] = []
  private var fragments: [FragmentBlock] = []
  private var flattener = Flattener()
  private var layers: [LayerKey] = []

  init(_ parameters: StoreParameters) throws(SquashFSError) {
    self.parameters = parameters
    volume = try VolumeParameters(
      blockSize: parameters.blockSize, compressor: parameters.compressor,
      level: Int(parameters.level))
  }

  /// Puts a layer on top.
  mutating func add(_ recipe: LayerRecipe) throws(FlatteningError) {
    let blockOffset = UInt32(records.count)
    try flattener.apply(
      recipe.entries, blockOffset: blockOffset, fragmentOffset: UInt32(fragments.count))
    records += recipe.blocks
    fragments += recipe.fragments.map { fragment in
      var moved = fragment
      for index in moved.pieces.indices { moved.pieces[index].block += blockOffset }
      return moved
    }
    layers.append(recipe.key)
  }

  /// Links the layers added so far.
  ///
  /// - Parameter locate: Says where a block lies in this form; nil for one that is gone.
  /// - Throws: `FlatteningError`, `SquashFSError`, or `StoreError` when a block is gone.
  consuming func link(locate: (BlockRecord) -> BlockLocation?) throws -> Linked {
    try merged().located(locate)
  }

  /// Merges the layers added so far: all that can be wrong with them is found here, before the
  /// first pack of an import is complete.
  ///
  /// - Throws: `FlatteningError` or `SquashFSError`.
  consuming func merged() throws -> MergedImage {
    let report = flattener.report
    let tree = try flattener.finish()
    var area = DataArea(
      for: tree, start: volume.dataStart, records: records, fragments: fragments)
    tree.forEachNode { node in
      if case .regular(let content) = tree[node].kind { area.place(content, of: node) }
    }
    let metadata = try MetadataWriter.write(tree: tree, layout: area.layout, parameters: volume)
    return MergedImage(
      parameters: parameters, metadata: metadata, area: area, layers: layers, report: report)
  }
}

/// An image whose tree and metadata are complete, while it is not known where its blocks lie.
struct MergedImage {
  fileprivate let parameters: StoreParameters
  fileprivate let metadata: Metadata
  fileprivate let area: DataArea
  fileprivate let layers: [LayerKey]
  fileprivate let report: FlatteningReport

  /// The image with the places of its blocks.
  ///
  /// - Parameter locate: Says where a block lies in this form; nil for one that is gone.
  func located(
    _ locate: (BlockRecord) -> BlockLocation?
  ) throws(StoreError) -> ImageLinker.Linked {
    var packs = PackTable()
    let blocks = try area.blocks.map { record throws(StoreError) in
      guard let location = locate(record) else { throw .packsGone([]) }
      return ImageObject.Block(
        record: record, pack: packs.index(of: location.pack), offset: location.offset,
        ordinal: location.ordinal)
    }
    let object = ImageObject(
      parameters: parameters, head: metadata.head, tail: metadata.tail, packs: packs.packs,
      blocks: blocks, fragments: area.placedFragments, extents: area.extents, documents: [:],
      layers: layers)
    return ImageLinker.Linked(object: object, report: report, contentSize: area.contentSize)
  }
}

/// The packs of an image, in the order in which they were first needed.
private struct PackTable {
  private(set) var packs: [PackID] = []
  private var indices: [PackID: UInt32] = [:]

  mutating func index(of pack: PackID) -> UInt32 {
    if let known = indices[pack] { return known }
    let index = UInt32(packs.count)
    packs.append(pack)
    indices[pack] = index
    return index
  }
}
