public import Compression
internal import Digests
internal import Linux
public import Store
internal import Synchronization

@testable internal import ImageImport

/// A store in memory, filled by the import's own parts: its blocks are dictionary entries.
///
/// As a ``ImageTree/ContentSource`` it counts what it is asked for and fails where it is told to.
public final class SampleStore: Sendable {
  struct Stored: Sendable {
    var record: BlockRecord
    var bytes: [UInt8]
    var location: BlockLocation
  }

  struct State: Sendable {
    var blocks: [SHA256Digest: Stored] = [:]
    var objects: [SHA256Digest: ImageObject] = [:]
    var nextOffset: UInt64 = 4096
    var counts: [SampleRequest: Int] = [:]
    var failing: Set<SampleRequest> = []
  }

  /// How content is cut and compressed.
  public let parameters: StoreParameters
  let encoder: BlockEncoder
  let known: KnownContent
  let state = Mutex(State())

  /// The one pack there is.
  public let pack = PackID(.of(Array("the pack of a sample".utf8).span.bytes))

  /// Makes an empty store; its small blocks make small samples interesting.
  public init(
    blockSize: UInt32 = 4096, compressor: Compressor = .zstd, level: Int32 = 3
  ) throws(CompressionError) {
    parameters = StoreParameters(blockSize: blockSize, compressor: compressor, level: level)
    encoder = try BlockEncoder(parameters)
    known = KnownContent(BlockIndex())
  }

  /// Stores the content of a layer.
  ///
  /// - Returns: Its recipe. What the store has already is referenced where it lies.
  public func layer(_ members: [SampleMember]) throws -> LayerRecipe {
    var assembler = LayerAssembler(blockSize: Int(parameters.blockSize))
    for member in members { try member.feed(&assembler) }
    assembler.finish()
    let prepare = BlockPreparation(known: known, encoder: encoder)
    var recipe = RecipeAssembler()
    for block in assembler.takeReady() {
      let prepared = prepare(block)
      if let new = prepared.new { add(new) }
      recipe.add(prepared.outcome)
    }
    let text = members.map { "\($0)" }.joined()
    return recipe.recipe(
      diffID: .of(Array(text.utf8).span.bytes), parameters: parameters,
      entries: assembler.entries)
  }

  private func add(_ new: NewBlock) {
    guard known.add(new, row: 0) else { return }
    state.withLock { state in
      let location = BlockLocation(
        pack: pack, offset: state.nextOffset, ordinal: UInt32(state.blocks.count))
      state.nextOffset += UInt64(new.stored.count)
      state.blocks[new.record.content] = Stored(
        record: new.record, bytes: new.stored, location: location)
    }
  }

  /// Links layers, lowest first, and keeps the object.
  public func link(_ layers: [LayerRecipe]) throws -> (object: ImageObject, contentSize: UInt64) {
    var linker = try ImageLinker(parameters)
    for layer in layers { try linker.add(layer) }
    let blocks = state.withLock { $0.blocks }
    let linked = try linker.link { blocks[$0.content]?.location }
    return (linked.object, linked.contentSize)
  }

  /// Links an image of one layer.
  public func image(_ members: [SampleMember]) throws -> ImageObject {
    try link([try layer(members)]).object
  }

  /// How many blocks there are.
  public var blockCount: Int { state.withLock { $0.blocks.count } }

  /// The bytes of all blocks together.
  public var storedByteCount: Int {
    state.withLock { $0.blocks.values.reduce(0) { $0 + $1.bytes.count } }
  }
}
