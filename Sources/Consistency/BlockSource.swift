internal import Compression
internal import Store

/// A block as it is to be written to a pack.
struct FoundBlock {
  var record: BlockRecord
  var stored: [UInt8]
  var pieces: [PieceRecord]
}

/// Another store that has blocks which this one has lost. Owned by one caller.
final class BlockSource {
  let store: Store
  let catalog: Catalog
  private let index: BlockIndex
  private var open: OpenPack?

  /// Reads the other store's catalog and index.
  init(_ store: Store) throws(StoreError) {
    self.store = store
    catalog = try store.newest()
    index = try BlockIndex(loading: catalog, of: store)
  }

  /// The block with the content of a record, in exactly that stored form; nil when it is not there,
  /// or is damaged there too.
  ///
  /// - Parameter encoder: Gives content its stored form where the other store keeps another.
  func block(_ record: BlockRecord, encoder: BlockEncoder) -> FoundBlock? {
    guard let found = index.block(record.content), let pack = pack(found.location.pack),
      let bytes = pack.block(found.block, at: found.location.offset)
    else { return nil }
    let pieces = pack.pieces(ofBlock: found.location.ordinal, content: bytes.content)
    if found.block == record {
      return FoundBlock(record: record, stored: bytes.stored, pieces: pieces)
    }
    let form = encoder.encode(bytes.content)
    let own = BlockRecord(
      content: record.content, size: record.size, stored: form.bytes.span.bytes,
      isCompressed: form.isCompressed)
    return own == record ? FoundBlock(record: own, stored: form.bytes, pieces: pieces) : nil
  }

  private func pack(_ id: PackID) -> OpenPack? {
    if let open, open.id == id { return open }
    open = OpenPack(id, of: store)
    return open
  }
}
