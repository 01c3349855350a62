internal import Digests
internal import Store

/// A pack that blocks are copied from, even when it is damaged.
final class OpenPack {
  private let reader: PackReader
  private let parameters: StoreParameters
  /// Nil when it is damaged.
  private let trailer: PackTrailer?
  private let content: BlockContent

  /// Opens a pack; nil when it cannot be.
  init?(_ id: PackID, of store: Store) {
    guard let reader = try? store.pack(id) else { return nil }
    self.reader = reader
    parameters = store.parameters
    trailer = try? reader.trailer()
    content = BlockContent(parameters: store.parameters)
  }

  /// The pack.
  var id: PackID { reader.id }

  /// A block's stored bytes and content, if both are right.
  func block(
    _ record: BlockRecord, at offset: UInt64
  ) -> (stored: [UInt8], content: [UInt8])? {
    guard let stored = try? reader.storedBytes(of: record, at: offset),
      let bytes = try? content.bytes(of: record, stored: stored)
    else { return nil }
    return (stored, bytes)
  }

  /// The pieces that lie in a block, as far as the trailer tells and they are right.
  func pieces(ofBlock ordinal: UInt32, content: [UInt8]) -> [PieceRecord] {
    (trailer?.pieces ?? []).filter { $0.block == ordinal }.map(\.record).filter { piece in
      let end = UInt64(piece.offset) + UInt64(piece.length)
      guard end <= UInt64(content.count) else { return false }
      let bytes = content.span.bytes.extracting(Int(piece.offset)..<Int(end))
      return SHA256Digest.of(bytes) == piece.content
    }
  }
}
