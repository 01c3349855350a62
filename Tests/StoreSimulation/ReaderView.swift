public import Digests
public import Store

/// All that a reader can get at in a store: read as a node reads it, every block decompressed and
/// checked, so that two views are equal exactly when readers cannot tell the stores apart.
public struct ReaderView: Hashable, Sendable {
  /// What one image comes to.
  public struct Image: Hashable, Sendable {
    /// What the catalog lists, but for its place there.
    public var names: [String]
    /// The object that was read.
    public var object: ImageObject
    /// The digest of the content of all blocks in the order of the object's table.
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
        names: record.names, object: object, content: try Self.content(of: object, in: store))
    }
  }

  private static func content(
    of object: ImageObject, in store: Store
  ) throws(StoreError) -> SHA256Digest {
    var packs: [PackID: PackReader] = [:]
    var content: [UInt8] = []
    for block in object.blocks {
      let id = object.packs[Int(block.pack)]
      let reader = if let known = packs[id] { known } else { try store.pack(id) }
      packs[id] = reader
      content += try Self.bytes(of: block, through: reader, object.parameters)
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
