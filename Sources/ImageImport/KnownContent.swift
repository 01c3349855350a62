internal import Digests
internal import Store
internal import Synchronization

/// What content the store has: by its index, and by what the imports of a session have added since.
///
/// Thread-safe. What one layer adds, the others find at once.
final class KnownContent: ContentLookup {
  private struct Block {
    var record: BlockRecord
    /// The row of packs it was appended to.
    var row: Int
    /// Where it lies once its pack is sealed.
    var location: BlockLocation?
  }

  private struct State {
    var index: BlockIndex
    /// How often ``index`` was replaced.
    var revision = 0
    var blocks: [SHA256Digest: Block] = [:]
    var pieces: [SHA256Digest: PieceLocation] = [:]
  }

  private let state: Mutex<State>

  init(_ index: BlockIndex) { state = Mutex(State(index: index)) }

  func block(_ content: SHA256Digest) -> BlockRecord? {
    let (own, index) = state.withLock { ($0.blocks[content]?.record, $0.index) }
    return own ?? index.block(content)?.block
  }

  func piece(_ content: SHA256Digest) -> PreparedFragment.Piece? {
    let (own, index) = state.withLock { ($0.pieces[content], $0.index) }
    return (own ?? index.piece(content)).flatMap(piece(at:))
  }

  /// Where a block lies, in this very form; nil for one that is not stored, or lies in a pack that
  /// is not sealed.
  func location(_ block: BlockRecord) -> BlockLocation? {
    let (own, index) = state.withLock { ($0.blocks[block.content], $0.index) }
    if let own, own.record == block, let location = own.location { return location }
    return index.block(block.content).flatMap { $0.block == block ? $0.location : nil }
  }

  /// The row of packs that a block was appended to in this session.
  func row(of content: SHA256Digest) -> Int? { state.withLock { $0.blocks[content]?.row } }

  /// Notes that a block is being appended to a row of packs.
  ///
  /// - Returns: Whether it was new: false when somebody else appended the same content meanwhile.
  func add(_ block: NewBlock, row: Int) -> Bool {
    state.withLock { state in
      guard state.blocks[block.record.content] == nil else { return false }
      state.blocks[block.record.content] = Block(record: block.record, row: row)
      state.pieces.merge(block.pieceLocations) { first, _ in first }
      return true
    }
  }

  /// Notes where the blocks of a pack lie that was just sealed.
  func add(_ pack: SealedPack) {
    state.withLock { state in
      for stored in pack.storedBlocks {
        state.blocks[stored.block.content]?.location = stored.location
      }
    }
  }

  /// Forgets the blocks of a row whose pack was given up.
  func forgetUnsealed(row: Int) {
    state.withLock { state in
      let blocks = state.blocks.filter { $0.value.row != row || $0.value.location != nil }
      state.blocks = blocks
      state.pieces = state.pieces.filter { blocks[$0.value.block] != nil }
    }
  }

  /// How many blocks the session has added.
  var addedCount: Int { state.withLock { $0.blocks.count + $0.pieces.count } }

  /// Reads what a newer catalog lists and those before did not.
  func load(_ catalog: Catalog, of store: Store) throws(StoreError) {
    var isDone = false
    while !isDone {
      let (old, revision) = state.withLock { ($0.index, $0.revision) }
      var index = old
      try index.load(catalog, of: store)
      isDone = state.withLock { [index] state in
        guard state.revision == revision else { return false }
        state.index = index
        state.revision += 1
        return true
      }
    }
  }
}
