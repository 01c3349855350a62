internal import Digests
internal import Store
internal import Synchronization

/// The content of one layer while it is read: finds what is stored, and takes what is new.
///
/// The new blocks of a small layer are gathered, so that they lie together in the packs it shares
/// with others; only this layer finds them meanwhile. Thread-safe.
final class LayerContent: ContentLookup {
  private struct State {
    var blocks: [NewBlock] = []
    var records: [SHA256Digest: BlockRecord] = [:]
    var pieces: [SHA256Digest: PieceLocation] = [:]
    var gathered = 0
    var stored: UInt64 = 0
  }

  private let known: KnownContent
  private let row: PackAppender
  private let limit: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - row: Where new blocks go.
  ///   - limit: How many stored bytes may be gathered before; with 0 none are.
  init(_ known: KnownContent, row: PackAppender, gathering limit: Int) {
    self.known = known
    self.row = row
    self.limit = limit
  }

  /// How many stored bytes were appended.
  var storedBytes: UInt64 { state.withLock { $0.stored } }

  func block(_ content: SHA256Digest) -> BlockRecord? {
    state.withLock { $0.records[content] } ?? known.block(content)
  }

  func piece(_ content: SHA256Digest) -> PreparedFragment.Piece? {
    state.withLock { $0.pieces[content] }.flatMap(piece(at:)) ?? known.piece(content)
  }

  /// Takes a block unless the same content was taken before.
  func append(_ block: NewBlock) throws(StoreError) {
    guard limit > 0 else { return try store(block) }
    let isFull = state.withLock { state in
      guard state.records.updateValue(block.record, forKey: block.record.content) == nil else {
        return false
      }
      state.pieces.merge(block.pieceLocations) { first, _ in first }
      state.blocks.append(block)
      state.gathered += block.stored.count
      return state.gathered >= limit
    }
    if isFull { try flush() }
  }

  /// Appends what was gathered.
  func flush() throws(StoreError) {
    let blocks = state.withLock { state in
      defer {
        state.blocks = []
        state.gathered = 0
      }
      return state.blocks
    }
    for block in blocks { try store(block) }
    state.withLock { state in
      state.records = [:]
      state.pieces = [:]
    }
  }

  /// Gives up what was gathered, and what a large layer has appended that is not in a complete
  /// pack.
  func discard() {
    state.withLock { state in
      state.blocks = []
      state.records = [:]
      state.pieces = [:]
    }
    if limit == 0 { row.discard() }
  }

  private func store(_ block: NewBlock) throws(StoreError) {
    guard try row.append(block) else { return }
    state.withLock { $0.stored += UInt64(block.stored.count) }
  }
}
