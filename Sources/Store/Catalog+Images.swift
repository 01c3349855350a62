extension Catalog {
  /// The catalog with an image added under its names.
  ///
  /// - A name that another image has moves; that image stays reachable by its digests.
  /// - An image with the same id is the same image: it keeps its names and digests besides the new
  ///   ones, and its number if the root blob is the same, so that nodes which use it take over the
  ///   new object.
  /// - Condemned packs among those used are rescued.
  ///
  /// - Parameters:
  ///   - image: The image; its number is assigned here.
  ///   - packs: The packs that hold the image's blocks.
  /// - Throws: `packsGone` with those the catalog does not list: their blocks must be written
  ///   again. `invalidName` for an impossible name.
  public func adding(
    _ image: ImageRecord, using packs: [PackID]
  ) throws(StoreError) -> Catalog {
    for name in image.names { try ImageName.validate(name) }
    guard !image.id.isEmpty else { throw .invalidObject(.invalid("an image has no id")) }
    var result = try rescuing(packs)
    var added = image
    added.names = Array(Set(image.names)).sorted()
    added.digests = Self.unique(image.digests)
    added.number = 0
    added.imported = 0
    if let old = images.first(where: { $0.id == image.id }) {
      added.names = Array(Set(old.names + image.names)).sorted()
      added.digests = Self.unique(image.digests + old.digests)
      if old.rootIdentity == image.rootIdentity {
        added.number = old.number
        added.imported = old.imported
      }
      result.images.removeAll { $0.number == old.number }
    }
    if added.number == 0 {
      guard result.nextImageNumber < .max else {
        throw .invalidObject(.invalid("there are no image numbers left"))
      }
      added.number = result.nextImageNumber
      result.nextImageNumber += 1
    }
    result.strip(names: added.names)
    result.images.append(added)
    result.images.sort { $0.number < $1.number }
    return result
  }

  /// The catalog with one more name for an image; a name that another image has moves.
  ///
  /// - Parameter reference: What ``image(_:)`` finds the image by.
  public func tagging(
    _ reference: String, as name: String
  ) throws(StoreError) -> Catalog {
    try ImageName.validate(name)
    let number = try image(reference).number
    var result = self
    result.strip(names: [name])
    for index in result.images.indices where result.images[index].number == number {
      result.images[index].names = (result.images[index].names + [name]).sorted()
    }
    return result
  }

  /// The catalog without a name; its image stays reachable by other names, id and digests.
  public func removing(name: String) throws(StoreError) -> Catalog {
    guard images.contains(where: { $0.names.contains(name) }) else { throw .imageNotFound(name) }
    var result = self
    result.strip(names: [name])
    return result
  }

  /// The catalog without an image.
  ///
  /// - Parameter reference: What ``image(_:)`` finds the image by.
  public func removing(image reference: String) throws(StoreError) -> Catalog {
    let number = try image(reference).number
    var result = self
    result.images.removeAll { $0.number == number }
    return result
  }

  private mutating func strip(names: [String]) {
    let taken = Set(names)
    for index in images.indices { images[index].names.removeAll { taken.contains($0) } }
  }

  private static func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
