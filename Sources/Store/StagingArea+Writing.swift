public import Digests
internal import Linux
internal import SystemPackage

extension StagingArea {
  /// Writes an image object, marked as this area's, under the SHA-256 of its bytes, durably.
  ///
  /// - Returns: The object's name.
  public func write(_ object: ImageObject) throws(StoreError) -> SHA256Digest {
    try Self.check { () throws(FormatError) in try object.validate() }
    var own = object
    own.writer = owner.token
    let bytes = own.encoded()
    let name = SHA256Digest.of(bytes.span.bytes)
    try write(bytes, as: StorePath(.images, name.hex))
    return name
  }

  /// Writes a layer recipe under its key, durably; another recipe of that key is replaced.
  ///
  /// A recipe is of use only when the block index knows its blocks, so the best time to write it is
  /// after the generation that adds them.
  public func write(_ recipe: LayerRecipe) throws(StoreError) {
    try Self.check { () throws(FormatError) in try recipe.validate() }
    try write(recipe.encoded(), as: StorePath(.layers, recipe.key.description))
  }

  private static func check(_ body: () throws(FormatError) -> Void) throws(StoreError) {
    do throws(FormatError) {
      try body()
    } catch {
      throw .invalidObject(error)
    }
  }

  /// Writes a file durably; where the name is taken, by the same bytes it stays, by others they are
  /// replaced.
  func write(_ bytes: [UInt8], as name: StorePath) throws(StoreError) {
    let file = try stage(bytes, in: name.area)
    if try link(file, as: name) { return }
    if existing(name) == bytes { return try discard(file, inFavourOf: name) }
    try replace(name, with: file)
  }

  /// Writes a file durably unless its name is taken.
  ///
  /// - Parameter whileOwned: Throws `stagingCleared` if the area is not the writer's any more. The
  ///   file is staged before that is asked: so a collector that finds the owner gone needs but to
  ///   remove what it staged, and this file will never be linked (firn-store(7), "Fencing").
  /// - Returns: Whether the file now there is this one.
  func write(
    _ bytes: [UInt8], onceAs name: StorePath, whileOwned: Bool = false
  ) throws(StoreError) -> Bool {
    let file = try stage(bytes, in: name.area)
    if whileOwned { try requireOwnership() }
    if try link(file, as: name) { return true }
    // NFS may repeat a link(2) whose reply was lost: then the name is taken, but by this file.
    let isOurs: Bool
    do throws(StoreError) {
      isOurs = try current(name) == bytes
    } catch {
      discard(file)
      throw error
    }
    if isOurs { try discard(file, inFavourOf: name) } else { discard(file) }
    return isOurs
  }

  private func existing(_ name: StorePath) -> [UInt8]? { try? store.directory.read(name) }

  /// What is there now, nil when nothing is; an error is given a second chance, as taking it for
  /// another's file would do a change twice.
  private func current(_ name: StorePath) throws(StoreError) -> [UInt8]? {
    if let bytes = existing(name) { return bytes }
    do throws(SystemError) {
      return try store.directory.read(name)
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
      return nil
    }
  }

  private func stage(_ bytes: [UInt8], in area: StoreArea) throws(StoreError) -> StagedFile {
    let file = try create(in: area)
    do throws(SystemError) {
      try file.writer.append(bytes.span.bytes)
    } catch {
      discard(file)
      throw .system(error)
    }
    return file
  }
}
