public import Digests
internal import Linux
internal import SystemPackage

extension Store {
  /// Reads an image object by its name: one open, one sequential read.
  ///
  /// - Throws: `missing` or `damaged`.
  public func imageObject(_ name: SHA256Digest) throws(StoreError) -> ImageObject {
    try imageObjectWithBytes(name).object
  }

  /// Reads an image object by its name, and gives the bytes of its file as well.
  ///
  /// - Throws: `missing` or `damaged`.
  public func imageObjectWithBytes(
    _ name: SHA256Digest
  ) throws(StoreError) -> (object: ImageObject, bytes: [UInt8]) {
    let path = StorePath(.images, name.hex)
    let bytes = try attempt(path) { () throws(SystemError) in try directory.read(path) }
    let object = try path.decoding { () throws(FormatError) in try ImageObject(decoding: bytes) }
    return (object, bytes)
  }

  /// Reads a layer recipe; nil when the store has none of that key.
  ///
  /// - Throws: `damaged`, after which the layer is best taken for unknown.
  public func recipe(_ key: LayerKey) throws(StoreError) -> LayerRecipe? {
    let path = StorePath(.layers, key.description)
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try directory.read(path)
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
      return nil
    }
    let recipe = try path.decoding { () throws(FormatError) in try LayerRecipe(decoding: bytes) }
    guard recipe.key == key else { throw .damaged(path, .invalid("it is another layer's")) }
    return recipe
  }

  /// The size of a file in bytes: one open(2); nil when it is not there.
  public func size(of path: StorePath) throws(StoreError) -> UInt64? {
    do throws(SystemError) {
      return try directory.open(path).size
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
      return nil
    }
  }

  /// Opens a pack for reading its blocks.
  public func pack(_ id: PackID) throws(StoreError) -> PackReader {
    try PackReader(directory, id)
  }

  /// Reads a run of the block index whole.
  func indexRun(_ record: IndexRunRecord) throws(StoreError) -> IndexRun {
    let path = StorePath(.index, record.id.hex)
    let bytes = try attempt(path) { () throws(SystemError) in try directory.read(path) }
    return try path.decoding { () throws(FormatError) in
      let run = try IndexRun(decoding: bytes, named: record.id)
      guard UInt64(run.blockCount) == record.blocks, UInt64(run.pieceCount) == record.pieces else {
        throw .invalid("it does not have as many rows as the catalog says")
      }
      return run
    }
  }
}
