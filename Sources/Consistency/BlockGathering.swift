internal import Digests
internal import Relocation
internal import Store

/// Brings blocks that an image needs into packs of the store, where these do not have them whole.
///
/// Owned by one caller.
final class BlockGathering {
  /// How large a pack gets before the next begins, in bytes.
  private static let packSize: UInt64 = 4 << 30

  private let staging: StagingArea
  private let finder: BlockFinder
  private var index: BlockIndex
  private var writer: PackWriter?
  private var appended: Set<SHA256Digest> = []
  private var sealed: [SealedPack] = []

  /// Reads the index; blocks of packs that are marked as damaged are not in it.
  ///
  /// - Parameter sources: Where else to look for blocks.
  init(
    _ store: Store, _ catalog: Catalog, staging: StagingArea, sources: [any BlockSource]
  ) throws(StoreError) {
    self.staging = staging
    finder = BlockFinder(store.parameters, sources: sources)
    index = try BlockIndex(loading: catalog, of: store)
  }

  /// Makes sure that a block will be in a sound pack.
  ///
  /// - Returns: False when it is nowhere to be had.
  func obtain(_ record: BlockRecord) throws(StoreError) -> Bool {
    if appended.contains(record.content) || location(of: record) != nil { return true }
    guard let bytes = finder.bytes(of: record) else { return false }
    if let writer, writer.size >= Self.packSize { try endPack() }
    let writer: PackWriter
    if let current = self.writer { writer = current } else { writer = try PackWriter(staging) }
    self.writer = writer
    try writer.append(record, stored: bytes.span.bytes)
    appended.insert(record.content)
    return true
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
