internal import Digests
internal import Store

/// Tells where content is stored already; thread-safe.
protocol ContentLookup: Sendable {
  /// The block with a content, if it is stored.
  func block(_ content: SHA256Digest) -> BlockRecord?

  /// Where a small file or tail end of some content lies, if it is stored.
  func piece(_ content: SHA256Digest) -> PreparedFragment.Piece?
}

extension ContentLookup {
  /// The piece at a place, if the block that holds it is stored.
  func piece(at location: PieceLocation) -> PreparedFragment.Piece? {
    block(location.block).map {
      PreparedFragment.Piece(block: $0, offset: location.offset, length: location.length)
    }
  }
}
