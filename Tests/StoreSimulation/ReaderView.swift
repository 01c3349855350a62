public import Digests
public import Store

/// All that a reader can get at in a store: read as a node reads it, every block decompressed and
/// checked, so that two views are equal exactly when readers cannot tell the stores apart.
public struct ReaderView: Hashable, Sendable {
  /// What one image comes to, wherever its blocks lie and whoever wrote them.
  public struct Image: Hashable, Sendable {
    /// Its names.
    public var names: [String]
    /// What stands for the bytes of its root blob.
    public var rootIdentity: SHA256Digest
    /// The documents.
    public var documents: [String: [UInt8]]
    /// The digest of the content of the root blob's data area, fragments put together.
    public var content: SHA256Digest
  }

  /// The images by id.
  public var images: [String: Image] = [:]

  /// Reads everything that the newest generation lists.
  ///
  /// - Throws: What the store throws where something is missing or damaged.
  public init(reading store: Store) throws(StoreError) {
    try self.init(reading: try store.newest(), of: store)
  }

  /// Reads everything that a catalog lists.
  public init(reading catalog: Catalog, of store: Store) throws(StoreError) {
    for record in catalog.images {
      let object = try store.imageObject(record.object)
      guard object.rootIdentity == record.rootIdentity else {
        throw .damaged(
          StorePath(.images, record.object.hex), .invalid("it is not what the catalog lists"))
      }
      images[record.id] = Image(
        names: record.names, rootIdentity: object.rootIdentity, documents: object.documents,
        content: try Self.content(of: object, in: store))
    }
  }

  private static func content(
    of object: ImageObject, in store: Store
  ) throws(StoreError) -> SHA256Digest {
    var packs: [PackID: PackReader] = [:]
    var blocks: [[UInt8]] = []
    for block in object.blocks {
      let id = object.packs[Int(block.pack)]
      let reader = if let known = packs[id] { known } else { try store.pack(id) }
      packs[id] = reader
      blocks.append(try Self.bytes(of: block, through: reader, object.parameters))
    }
    var content: [UInt8] = []
    for extent in object.extents {
      switch extent {
      case .block(let index): content += blocks[Int(index)]
      case .fragment(let index):
        for piece in object.fragments[Int(index)].pieces {
          let start = Int(piece.offset)
          content += blocks[Int(piece.block)][start..<start + Int(piece.length)]
        }
      }
    }
    return SHA256Digest.of(content.span.bytes)
  }

  private static func bytes(
    of block: ImageObject.Block, through reader: PackReader, _ parameters: StoreParameters
  ) throws(StoreError) -> [UInt8] {
    let stored = try reader.storedBytes(of: block.record, at: block.offset)
    do throws(FormatError) {
      return try BlockContent(parameters: parameters).bytes(of: block.record, stored: stored)
    } catch {
      throw .damaged(StorePath(.packs, reader.id.description), error)
    }
  }
}
