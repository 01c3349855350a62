internal import Digests
internal import Store

/// Looks a block up and compresses it where it is new: the part of an import that costs the most.
///
/// Thread-safe and without side effects; any number of blocks may be prepared at once.
struct BlockPreparation: Sendable {
  let known: any ContentLookup
  let encoder: BlockEncoder

  func callAsFunction(_ block: PendingBlock) -> PreparedBlock {
    switch block.purpose {
    case .data(let number):
      let (record, new) = prepare(block.content, digest(block.content), pieces: [])
      return PreparedBlock(outcome: .data(number: number, record), new: new)
    case .fragment(let number, let pieces):
      let (fragment, new) = prepareFragment(block.content, pieces)
      return PreparedBlock(outcome: .fragment(number: number, fragment), new: new)
    }
  }

  private func digest(_ content: [UInt8]) -> SHA256Digest { .of(content.span.bytes) }

  private func prepare(
    _ content: [UInt8], _ digest: SHA256Digest, pieces: [TailPiece]
  ) -> (BlockRecord, NewBlock?) {
    if let record = known.block(digest) { return (record, nil) }
    let form = encoder.encode(content)
    let record = BlockRecord(
      content: digest, size: UInt32(content.count), stored: form.bytes.span.bytes,
      isCompressed: form.isCompressed)
    let records = pieces.map {
      PieceRecord(content: $0.digest, offset: $0.offset, length: $0.size)
    }
    return (record, NewBlock(record: record, stored: form.bytes, pieces: records))
  }

  /// Prepares a fragment block.
  ///
  /// One none of whose pieces is stored anywhere is stored as it is. Of another only the new
  /// pieces are stored, as one block, and the rest is referenced where it lies; its canonical form
  /// is what it is all the same.
  private func prepareFragment(
    _ content: [UInt8], _ pieces: [TailPiece]
  ) -> (PreparedFragment, NewBlock?) {
    let digest = digest(content)
    let places = pieces.map { known.piece($0.digest) }
    if known.block(digest) != nil || places.allSatisfy({ $0 == nil }) {
      let (record, new) = prepare(content, digest, pieces: pieces)
      return (Self.whole(record), new)
    }
    let form = encoder.encode(content)
    var fragment = PreparedFragment(
      size: UInt32(content.count), storedSize: form.storedSize,
      checksum: .of(form.bytes.span.bytes), pieces: [])
    let (rest, restPieces) = Self.rest(of: content, pieces, places)
    let residue = rest.isEmpty ? nil : prepare(rest, self.digest(rest), pieces: restPieces)
    var offset: UInt32 = 0
    for (piece, place) in zip(pieces, places) {
      if let place {
        fragment.append(place)
      } else if let residue {
        fragment.append(.init(block: residue.0, offset: offset, length: piece.size))
        offset += piece.size
      }
    }
    return (fragment, residue?.1)
  }

  private static func whole(_ record: BlockRecord) -> PreparedFragment {
    PreparedFragment(
      size: record.size, storedSize: record.storedSize, checksum: record.checksum,
      pieces: [.init(block: record, offset: 0, length: record.size)])
  }

  /// The pieces that are stored nowhere, one behind the other.
  private static func rest(
    of content: [UInt8], _ pieces: [TailPiece], _ places: [PreparedFragment.Piece?]
  ) -> (content: [UInt8], pieces: [TailPiece]) {
    var rest: [UInt8] = []
    var moved: [TailPiece] = []
    for (piece, place) in zip(pieces, places) where place == nil {
      moved.append(
        TailPiece(digest: piece.digest, offset: UInt32(rest.count), size: piece.size))
      rest += content[Int(piece.offset)..<Int(piece.offset + piece.size)]
    }
    return (rest, moved)
  }
}

extension PreparedFragment {
  /// Adds a piece; one that continues the last in the same block becomes part of it.
  mutating func append(_ piece: Piece) {
    if let last = pieces.last, last.block.content == piece.block.content,
      last.offset + last.length == piece.offset
    {
      pieces[pieces.count - 1].length += piece.length
    } else {
      pieces.append(piece)
    }
  }
}
