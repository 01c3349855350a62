public import Digests

/// Where every block and piece of a store lies, by the SHA-256 of its content.
///
/// Holds the runs of one catalog whole in memory, and what was added since. A value; concurrent
/// lookups are safe.
public struct BlockIndex: Sendable {
  private struct Run: Sendable {
    var rows: IndexRun
    /// For each pack of the run, whether the catalog lists it.
    var isListed: [Bool]
  }

  private var runs: [Run] = []
  private var newBlocks: [SHA256Digest: StoredBlock] = [:]
  private var newPieces: [SHA256Digest: PieceLocation] = [:]

  /// Begins an index that knows nothing.
  public init() {}

  /// Reads the runs that a catalog lists, each with one sequential read.
  ///
  /// Rows of packs that the catalog does not list are not found. A condemned pack is: whoever
  /// counts on it rescues it with ``Catalog/adding(_:using:)``.
  public init(loading catalog: Catalog, of store: Store) throws(StoreError) {
    let listed = Set(catalog.packs.map(\.id))
    for record in catalog.indexRuns {
      let rows = try store.indexRun(record)
      runs.append(Run(rows: rows, isListed: rows.trailer.packs.map { listed.contains($0) }))
    }
  }

  /// Adds the blocks and pieces of a pack that was just sealed.
  public mutating func add(_ pack: SealedPack) {
    for block in pack.trailer.blocks {
      let location = BlockLocation(pack: pack.record.id, offset: block.offset)
      newBlocks[block.record.content] = StoredBlock(block: block.record, location: location)
    }
    for piece in pack.trailer.pieces {
      newPieces[piece.record.content] = PieceLocation(
        block: pack.trailer.blocks[Int(piece.block)].record.content, offset: piece.record.offset,
        length: piece.record.length)
    }
  }

  /// Finds a block by the SHA-256 of its content.
  public func block(_ content: SHA256Digest) -> StoredBlock? {
    if let new = newBlocks[content] { return new }
    for run in runs {
      guard let row = run.rows.block(content), run.isListed[Int(row.pack)] else { continue }
      let location = BlockLocation(
        pack: run.rows.trailer.packs[Int(row.pack)], offset: row.offset)
      return StoredBlock(block: row.record, location: location)
    }
    return nil
  }

  /// Finds a small file or tail end by the SHA-256 of its bytes; the block that holds it is found
  /// with ``block(_:)``, and is there.
  public func piece(_ content: SHA256Digest) -> PieceLocation? {
    if let new = newPieces[content] { return new }
    for run in runs {
      if let piece = run.rows.piece(content), block(piece.block) != nil { return piece }
    }
    return nil
  }

  /// The number of rows of blocks, counting content that lies in several runs several times.
  public var blockCount: Int { runs.reduce(newBlocks.count) { $0 + $1.rows.blockCount } }
}
