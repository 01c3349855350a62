internal import Digests
internal import Store
internal import Synchronization

/// What content the store has: by its index, and by what this import has added since.
///
/// Thread-safe. What one layer adds, the others find at once.
final class KnownContent: Sendable {
  private struct Added {
    var blocks: [SHA256Digest: BlockRecord] = [:]
    var pieces: [SHA256Digest: PieceLocation] = [:]
  }

  private let index: BlockIndex
  private let added = Mutex(Added())

  init(_ index: BlockIndex) { self.index = index }

  /// The block with a content, if it is stored.
  func block(_ content: SHA256Digest) -> BlockRecord? {
    added.withLock { $0.blocks[content] } ?? index.block(content)?.block
  }

  /// Where a small file or tail end of some content lies, if it is stored.
  func piece(_ content: SHA256Digest) -> PreparedFragment.Piece? {
    guard let found = added.withLock({ $0.pieces[content] }) ?? index.piece(content),
      let block = block(found.block)
    else { return nil }
    return PreparedFragment.Piece(block: block, offset: found.offset, length: found.length)
  }

  /// Notes that a block is being appended.
  ///
  /// - Returns: Whether it was new: false when somebody else appended the same content meanwhile.
  func add(_ block: NewBlock) -> Bool {
    added.withLock { added in
      guard added.blocks[block.record.content] == nil else { return false }
      added.blocks[block.record.content] = block.record
      for piece in block.pieces where added.pieces[piece.content] == nil {
        added.pieces[piece.content] = PieceLocation(
          block: block.record.content, offset: piece.offset, length: piece.length)
      }
      return true
    }
  }
}
