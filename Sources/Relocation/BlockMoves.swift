internal import Accounting
internal import Digests
internal import Store

/// Where blocks went, and the packs they went to.
///
/// Blocks are appended in the order in which they are given, to packs of a bounded size.
struct BlockMoves {
  /// Where one block went; 32 bytes of memory.
  private struct Place {
    /// The number of the new pack, in the order in which they were begun; `max` for none.
    var pack: UInt32 = .max
    var ordinal: UInt32 = 0
    var offset: UInt64 = 0
    var checksum: Checksum
  }

  private let staging: StagingArea
  private let packSize: UInt64
  private var writer: PackWriter?
  private var sealed: [SealedPack] = []
  private var places: [PackID: [Place]] = [:]
  private let nothing = Checksum.of([UInt8]().span.bytes)
  private(set) var moved = Amount()

  init(_ staging: StagingArea, packSize: UInt64) {
    self.staging = staging
    self.packSize = packSize
  }

  /// Appends a block of a pack.
  mutating func append(
    _ block: BlockRecord, ordinal: UInt32, of pack: PackID, stored: [UInt8], pieces: [PieceRecord]
  ) throws(StoreError) {
    if let writer, writer.size >= packSize { try seal() }
    let writer: PackWriter
    if let open = self.writer { writer = open } else { writer = try PackWriter(staging) }
    self.writer = writer
    let number = UInt32(clamping: sealed.count)
    let next = UInt32(clamping: writer.blockCount)
    let offset = try writer.append(block, stored: stored.span.bytes, pieces: pieces)
    note(
      Place(pack: number, ordinal: next, offset: offset, checksum: block.checksum), ordinal, pack)
    moved += Amount(blocks: 1, bytes: UInt64(stored.count))
  }

  private mutating func note(_ place: Place, _ ordinal: UInt32, _ pack: PackID) {
    var known = places.removeValue(forKey: pack) ?? []
    let missing = Int(ordinal) + 1 - known.count
    if missing > 0 {
      known.append(contentsOf: repeatElement(Place(checksum: nothing), count: missing))
    }
    known[Int(ordinal)] = place
    places[pack] = known
  }

  private mutating func seal() throws(StoreError) {
    guard let writer else { return }
    self.writer = nil
    if let pack = try writer.seal() { sealed.append(pack) }
  }

  /// Ends the packs.
  mutating func finish() throws(StoreError) -> [SealedPack] {
    try seal()
    return sealed
  }

  /// Where a block is after ``finish()``; nil when it was not moved.
  func location(of block: BlockRecord, ordinal: UInt32, in pack: PackID) -> BlockLocation? {
    guard let known = places[pack], Int(ordinal) < known.count else { return nil }
    let place = known[Int(ordinal)]
    guard Int(place.pack) < sealed.count, place.checksum == block.checksum else { return nil }
    return BlockLocation(
      pack: sealed[Int(place.pack)].record.id, offset: place.offset, ordinal: place.ordinal)
  }
}
