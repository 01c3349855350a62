public import Digests

/// Where every block and piece of a store lies, by the SHA-256 of its content.
///
/// Holds small runs of one catalog whole in memory, and what was added since; of large ones pages
/// are read as they are needed, so that the size of the store hardly matters for what it takes. A
/// value; concurrent lookups are safe.
public struct BlockIndex: Sendable {
  /// How much memory runs and pages may take.
  struct Limits {
    /// Runs are read whole, the smallest first, up to so many bytes together.
    var wholeRuns: UInt64 = 64 << 20
    /// How many pages are kept of the others: 36 MiB.
    var pages = 512
  }

  private struct Run: Sendable {
    var rows: IndexRunRows
    /// The packs that block rows name.
    var packs: [PackID]
    /// For each pack of the run, how good it is to count on it; nil for those that nobody may.
    var standings: [PackStanding?]
  }

  private var runs: [Run] = []
  private var newBlocks: [SHA256Digest: StoredBlock] = [:]
  private var newPieces: [SHA256Digest: PieceLocation] = [:]
  private var missingRuns: [IndexRunRecord] = []
  private var loaded: Set<SHA256Digest> = []
  /// How many bytes of runs may still be read whole.
  private var room: UInt64 = 0
  private var cache = IndexPageCache(capacity: 0)

  /// Begins an index that knows nothing.
  public init() {}

  /// Reads the runs that a catalog lists: one open each, small ones with one sequential read.
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
    try self.init(loading: catalog, of: store, excluding: excluded, limits: Limits())
  }

  init(
    loading catalog: Catalog, of store: Store, excluding excluded: Set<PackID> = [],
    limits: Limits
  ) throws(StoreError) {
    room = limits.wholeRuns
    cache = IndexPageCache(capacity: limits.pages)
    try load(catalog, of: store, excluding: excluded)
  }

  /// Reads the runs that a newer catalog lists and the one before did not.
  ///
  /// What is known already stays as it is: a pack may have been condemned meanwhile.
  public mutating func load(
    _ catalog: Catalog, of store: Store, excluding excluded: Set<PackID> = []
  ) throws(StoreError) {
    let usable = catalog.standings.filter { $0.value != .damaged && !excluded.contains($0.key) }
    let new = catalog.indexRuns.filter { !loaded.contains($0.id) }
    for record in new.sorted(by: { ($0.size, $0.id) < ($1.size, $1.id) }) {
      let isSmall = record.size <= room
      if isSmall { room -= record.size }
      do throws(StoreError) {
        let (rows, packs) = try Self.open(
          record, of: store, whole: isSmall, number: runs.count, cache)
        runs.append(Run(rows: rows, packs: packs, standings: packs.map { usable[$0] }))
        loaded.insert(record.id)
      } catch {
        switch error {
        case .missing, .damaged:
          if isSmall { room += record.size }
          if !missingRuns.contains(record) { missingRuns.append(record) }
        default: throw error
        }
      }
    }
  }

  private static func open(
    _ record: IndexRunRecord, of store: Store, whole: Bool, number: Int, _ cache: IndexPageCache
  ) throws(StoreError) -> (rows: IndexRunRows, packs: [PackID]) {
    if whole {
      let run = try store.indexRun(record)
      return (.whole(run), run.trailer.packs)
    }
    let run = try store.indexRunPages(record)
    let lookup = IndexRunLookup(run, number: number, cache: cache)
    return (.paged(lookup, record), run.trailer.packs)
  }

  /// The runs that could not be read, or not all of them: what only they know is not found.
  public var unreadableRuns: [IndexRunRecord] {
    missingRuns
      + runs.compactMap { run in
        if case .paged(let lookup, let record) = run.rows, lookup.hasFailed { record } else { nil }
      }
  }

  /// Adds the blocks and pieces of a pack that was just sealed.
  public mutating func add(_ pack: SealedPack) {
    for block in pack.storedBlocks { newBlocks[block.block.content] = block }
    for piece in pack.pieceRows { newPieces[piece.content] = piece.location }
  }

  /// Finds a block by the SHA-256 of its content.
  public func block(_ content: SHA256Digest) -> StoredBlock? {
    if let new = newBlocks[content] { return new }
    var condemned: StoredBlock?
    for run in runs {
      guard let row = run.rows.block(content) else { continue }
      guard let standing = run.standings[Int(row.pack)] else { continue }
      let found = row.stored(in: run.packs[Int(row.pack)])
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
