public import Digests

/// Where every block and piece of a store lies, by the SHA-256 of its content.
///
/// Holds the runs of one catalog whole in memory, and what was added since. A value; concurrent
/// lookups are safe.
public struct BlockIndex: Sendable {
  private struct Run: Sendable {
    var rows: IndexRun
    /// For each pack of the run, what the catalog says of it.
    var standing: [Standing]
  }

  /// What the catalog says of a pack.
  private enum Standing: Sendable {
    /// It is not listed, or damaged.
    case unusable
    case condemned
    case live
  }

  private var runs: [Run] = []
  private var newBlocks: [SHA256Digest: StoredBlock] = [:]
  private var newPieces: [SHA256Digest: PieceLocation] = [:]
  /// The runs that could not be read: what only they know is not found.
  public private(set) var unreadableRuns: [IndexRunRecord] = []

  /// Begins an index that knows nothing.
  public init() {}

  /// Reads the runs that a catalog lists, each with one sequential read.
  ///
  /// Rows of packs that the catalog does not list, or lists as damaged, are not found. A condemned
  /// pack is, where no other has the block: whoever counts on it rescues it with
  /// ``Catalog/adding(_:using:)``. A run that is missing or damaged is passed over, see
  /// ``unreadableRuns``: then content is stored again that the store has.
  ///
  /// - Parameter excluded: Packs of which nothing shall be found.
  public init(
    loading catalog: Catalog, of store: Store, excluding excluded: Set<PackID> = []
  ) throws(StoreError) {
    var standing: [PackID: Standing] = [:]
    for pack in catalog.packs where !pack.isDamaged && !excluded.contains(pack.id) {
      standing[pack.id] = pack.state == .live ? .live : .condemned
    }
    for record in catalog.indexRuns {
      do throws(StoreError) {
        let rows = try store.indexRun(record)
        runs.append(
          Run(rows: rows, standing: rows.trailer.packs.map { standing[$0] ?? .unusable }))
      } catch {
        switch error {
        case .missing, .damaged: unreadableRuns.append(record)
        default: throw error
        }
      }
    }
  }

  /// Adds the blocks and pieces of a pack that was just sealed.
  public mutating func add(_ pack: SealedPack) {
    for (ordinal, block) in pack.trailer.blocks.enumerated() {
      let location = BlockLocation(
        pack: pack.record.id, offset: block.offset, ordinal: UInt32(clamping: ordinal))
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
    var condemned: StoredBlock?
    for run in runs {
      guard let row = run.rows.block(content) else { continue }
      let standing = run.standing[Int(row.pack)]
      guard standing != .unusable else { continue }
      let pack = run.rows.trailer.packs[Int(row.pack)]
      let found = StoredBlock(
        block: row.record,
        location: BlockLocation(pack: pack, offset: row.offset, ordinal: row.ordinal))
      if standing == .live { return found }
      condemned = condemned ?? found
    }
    return condemned
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
