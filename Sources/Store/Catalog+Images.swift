extension Catalog {
  /// The catalog with an image added under its names.
  ///
  /// - A name that another image has moves; that image stays reachable by its digests.
  /// - An image with the same id is the same image: it keeps its names and digests besides the new
  ///   ones, its access rule, and its number if the root blob is the same, so that nodes which use
  ///   it take over the new object; the old object is retired. An image that was retired comes back
  ///   so too, without its names.
  /// - Condemned packs among those used are rescued.
  ///
  /// - Parameters:
  ///   - image: The image; its number is assigned here.
  ///   - packs: The packs that hold the image's blocks.
  /// - Throws: `packsGone` with those the catalog does not list or marks as damaged: their blocks
  ///   must be written again. `invalidName` for an impossible name.
  public func adding(
    _ image: ImageRecord, using packs: [PackID]
  ) throws(StoreError) -> Catalog {
    for name in image.names { try ImageName.validate(name) }
    guard !image.id.isEmpty else { throw .invalidObject(.invalid("an image has no id")) }
    let damaged = self.packs.filter { $0.isDamaged && packs.contains($0.id) }
    guard damaged.isEmpty else { throw .packsGone(damaged.map(\.id)) }
    var result = try rescuing(packs)
    var added = result.completed(image)
    added.packs = result.numbers(of: packs)
    result.retired.removeAll { $0.image.object == added.object }
    result.retire(where: { $0.id == added.id && $0.object != added.object }, keepingNames: false)
    result.images.removeAll { $0.id == added.id }
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

  /// An image with what an earlier one of the same id passes on to it.
  private func completed(_ image: ImageRecord) -> ImageRecord {
    var result = image
    result.names = Array(Set(image.names)).sorted()
    result.digests = Self.unique(image.digests)
    result.number = 0
    result.imported = 0
    if let old = images.first(where: { $0.id == image.id }) {
      result.names = Array(Set(old.names + image.names)).sorted()
      result.digests = Self.unique(image.digests + old.digests)
      result.access = old.access
      result.isPinned = old.isPinned
      result.formerNames = old.formerNames.filter { !result.names.contains($0.key) }
      // Somebody wants it without a name.
      if result.names.isEmpty { result.formerNames = [:] }
    }
    let same = (images + retired.map(\.image)).first {
      $0.id == image.id && $0.rootIdentity == image.rootIdentity
    }
    if let same {
      result.number = same.number
      result.imported = same.imported
    }
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
    result.change(number) { image in
      image.names = (image.names + [name]).sorted()
      image.formerNames[name] = nil
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

  /// The catalog without an image, which is retired with its names.
  ///
  /// - Parameter reference: What ``image(_:)`` finds the image by.
  public func removing(image reference: String) throws(StoreError) -> Catalog {
    let number = try image(reference).number
    var result = self
    result.retire(where: { $0.number == number }, keepingNames: true)
    return result
  }

  /// The catalog with an image's pin or access rule changed.
  ///
  /// - Parameter reference: What ``image(_:)`` finds the image by.
  public func changing(
    _ reference: String, pinned: Bool? = nil, access: ImageAccess? = nil
  ) throws(StoreError) -> Catalog {
    let number = try image(reference).number
    var result = self
    result.change(number) { image in
      image.isPinned = pinned ?? image.isPinned
      image.access = access ?? image.access
    }
    return result
  }

  /// The catalog with an attribute of an image changed; nil removes it.
  ///
  /// - Parameter reference: What ``image(_:)`` finds the image by.
  public func changing(
    _ reference: String, attribute name: String, to value: String?
  ) throws(StoreError) -> Catalog {
    let number = try image(reference).number
    var result = self
    result.change(number) { $0.attributes[name] = value }
    return result
  }

  /// The catalog with an image that somebody wants although it has no name: a collector does not
  /// remember any more that it lost one.
  ///
  /// - Parameter reference: What ``image(_:)`` finds the image by.
  public func claiming(_ reference: String) throws(StoreError) -> Catalog {
    let number = try image(reference).number
    var result = self
    result.change(number) { image in
      if image.names.isEmpty { image.formerNames = [:] }
    }
    return result
  }

  private mutating func change(_ number: UInt32, _ body: (inout ImageRecord) -> Void) {
    for index in images.indices where images[index].number == number { body(&images[index]) }
  }

  private mutating func strip(names: [String]) {
    let taken = Set(names)
    for index in images.indices where !taken.isDisjoint(with: images[index].names) {
      for name in images[index].names where taken.contains(name) {
        images[index].formerNames[name] = 0
      }
      images[index].names.removeAll { taken.contains($0) }
    }
  }

  private static func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
