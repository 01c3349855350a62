internal import Compression
internal import Digests
internal import Failures
internal import Store

/// Brings blocks that images need into sound packs: from packs of the store that are damaged
/// elsewhere, and from other stores. Owned by one caller.
final class BlockGathering {
  /// How large a pack gets before the next begins, in bytes.
  private static let packSize: UInt64 = 4 << 30

  private let store: Store
  private let staging: StagingArea
  private let encoder: BlockEncoder
  private let sources: [BlockSource]
  private var index: BlockIndex
  private var writer: PackWriter?
  private var appended: Set<SHA256Digest> = []
  private var sealed: [SealedPack] = []
  private var open: OpenPack?

  /// Reads the index; blocks of packs that are marked as damaged are not in it.
  init(
    _ store: Store, _ catalog: Catalog, staging: StagingArea, sources: [BlockSource]
  ) throws(StoreError) {
    self.store = store
    self.staging = staging
    self.sources = sources
    do throws(CompressionError) {
      encoder = try BlockEncoder(store.parameters)
    } catch {
      throw .invalidParameters(error.failure.sentence)
    }
    index = try BlockIndex(loading: catalog, of: store)
  }

  /// Makes sure that a block will be in a sound pack.
  ///
  /// - Parameter place: Where it is, or was, in this store.
  /// - Returns: False when it is nowhere to be had.
  func obtain(_ record: BlockRecord, at place: BlockLocation?) throws(StoreError) -> Bool {
    if appended.contains(record.content) { return true }
    if index.block(record.content)?.block == record { return true }
    guard let found = place.flatMap({ salvage(record, at: $0) }) ?? fromSources(record) else {
      return false
    }
    if let writer, writer.size >= Self.packSize { try endPack() }
    let writer: PackWriter
    if let current = self.writer { writer = current } else { writer = try PackWriter(staging) }
    self.writer = writer
    try writer.append(found.record, stored: found.stored.span.bytes, pieces: found.pieces)
    appended.insert(record.content)
    return true
  }

  private func salvage(_ record: BlockRecord, at place: BlockLocation) -> FoundBlock? {
    if open?.id != place.pack { open = OpenPack(place.pack, of: store) }
    guard let open, let bytes = open.block(record, at: place.offset) else { return nil }
    return FoundBlock(
      record: record, stored: bytes.stored,
      pieces: open.pieces(ofBlock: place.ordinal, content: bytes.content))
  }

  private func fromSources(_ record: BlockRecord) -> FoundBlock? {
    for source in sources {
      if let found = source.block(record, encoder: encoder) { return found }
    }
    return nil
  }

  private func endPack() throws(StoreError) {
    guard let writer else { return }
    self.writer = nil
    guard let pack = try writer.seal() else { return }
    sealed.append(pack)
    index.add(pack)
  }

  /// Ends the packs; what was obtained has a location from then on.
  func seal() throws(StoreError) -> [SealedPack] {
    try endPack()
    return sealed
  }

  /// Where a block lies in a sound pack.
  func location(of record: BlockRecord) -> BlockLocation? {
    guard let found = index.block(record.content), found.block == record else { return nil }
    return found.location
  }
}
