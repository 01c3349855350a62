public import Digests

extension Catalog {
  /// The catalog with a retired image among the images again, under its names that are free.
  ///
  /// - Parameter reference: A name it had, its id, first digits of it or a digest, as for
  ///   ``image(_:)``; where several retired images had the name, the last one is meant.
  /// - Returns: The catalog, and the image as it is now.
  /// - Throws: `imageNotFound` when none is kept, or `ambiguous`.
  public func restoring(
    _ reference: String
  ) throws(StoreError) -> (catalog: Catalog, image: ImageRecord) {
    let entry = try retiredImage(reference)
    let taken = Set(images.flatMap(\.names))
    var result = self
    result.retired.removeAll { $0.image.object == entry.image.object }
    var image = entry.image
    image.names.removeAll { taken.contains($0) }
    image.formerNames = image.formerNames.filter { !image.names.contains($0.key) }
    // Without a name it is kept for as long again as if it had lost its names now.
    if image.names.isEmpty {
      let names = Set(image.formerNames.keys).union(entry.image.names)
      image.formerNames = Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
    }
    result.images.append(image)
    result.images.sort { $0.number < $1.number }
    let packs = result.packs.filter { image.packs.contains($0.number) }.map(\.id)
    return (try result.rescuing(packs), image)
  }

  /// The retired image that a text means, of those that are ``restorable``.
  public func retiredImage(_ reference: String) throws(StoreError) -> RetiredImage {
    let possible = restorable
    if let last = possible.last(where: { $0.image.names.contains(reference) }) { return last }
    var lookup = Catalog()
    lookup.images = possible.map(\.image).sorted { $0.number < $1.number }
    let id = try lookup.image(reference).id
    guard let entry = possible.first(where: { $0.image.id == id }) else {
      throw .imageNotFound(reference)
    }
    return entry
  }

  /// The retired images that can be images again, the last retired last: of each id that no image
  /// has, the object that was retired last.
  public var restorable: [RetiredImage] {
    let present = Set(images.map(\.id))
    var latest: [String: RetiredImage] = [:]
    for entry in retired where !present.contains(entry.image.id) {
      if let other = latest[entry.image.id], entry.isWorse(than: other) { continue }
      latest[entry.image.id] = entry
    }
    return latest.values.sorted {
      ($0.retired, $0.image.number) < ($1.retired, $1.image.number)
    }
  }

  /// The catalog with images retired under the names they have; objects not listed are passed over.
  ///
  /// - Parameter objects: The names of the image objects.
  public func retiring(objects: Set<SHA256Digest>) -> Catalog {
    var result = self
    result.retire(where: { objects.contains($0.object) }, keepingNames: true)
    return result
  }

  /// The catalog with retired images and packs condemned that are not yet; no image may count on
  /// the packs.
  ///
  /// - Parameter objects: The names of the retired image objects.
  public func condemning(
    objects: Set<SHA256Digest>, packs ids: Set<PackID>
  ) -> Catalog {
    var result = self
    for index in result.retired.indices
    where objects.contains(result.retired[index].image.object)
      && result.retired[index].condemned == nil
    {
      result.retired[index].condemned = .now
    }
    for index in result.packs.indices
    where ids.contains(result.packs[index].id) && result.packs[index].state == .live {
      result.packs[index].state = .condemned(.now)
    }
    return result
  }

  /// The catalog without retired images and packs; what counts on them must go in the same change.
  ///
  /// - Parameter objects: The names of the retired image objects.
  public func dropping(objects: Set<SHA256Digest>, packs ids: Set<PackID>) -> Catalog {
    var result = self
    result.retired.removeAll { objects.contains($0.image.object) }
    result.packs.removeAll { ids.contains($0.id) }
    return result
  }

  /// The catalog with an image's blocks elsewhere: another object of the same root blob.
  ///
  /// The old object is retired, condemned already, for readers that have it open. An entry among
  /// the retired images is moved in the same way. Nothing changes when the old object is not in
  /// the catalog any more.
  ///
  /// One image that was removed and imported again has two objects, which may both become the new
  /// one: then the image has it, or else one entry, and the other entry ends.
  public func relocating(
    _ old: SHA256Digest, to new: SHA256Digest, using packs: [PackID]
  ) throws(StoreError) -> Catalog {
    var result = try rescuing(packs)
    let numbers = result.numbers(of: packs)
    if let index = result.images.firstIndex(where: { $0.object == old }) {
      let before = result.images[index]
      result.images[index].object = new
      result.images[index].packs = numbers
      result.retired.removeAll { $0.image.object == new }
      result.insert(RetiredImage(Self.withoutNames(before), condemned: .now))
      return result
    }
    guard let index = result.retired.firstIndex(where: { $0.image.object == old }),
      result.retired[index].condemned == nil
    else { return self }
    let isTaken =
      result.images.contains { $0.object == new }
      || result.retired.contains { $0.image.object == new }
    guard !isTaken else {
      result.retired[index].condemned = .now
      return result
    }
    let before = result.retired[index]
    result.retired[index].image.object = new
    result.retired[index].image.packs = numbers
    var superseded = RetiredImage(Self.withoutNames(before.image), condemned: .now)
    superseded.retired = before.retired
    result.insert(superseded)
    return result
  }

  /// Retires images; without names where another object takes them over.
  mutating func retire(where isMeant: (ImageRecord) -> Bool, keepingNames: Bool) {
    for image in images where isMeant(image) {
      insert(RetiredImage(keepingNames ? image : Self.withoutNames(image)))
    }
    images.removeAll(where: isMeant)
  }

  private static func withoutNames(_ image: ImageRecord) -> ImageRecord {
    var result = image
    result.names = []
    return result
  }

  private mutating func insert(_ entry: RetiredImage) {
    let index =
      retired.firstIndex { $0.image.number > entry.image.number } ?? retired.endIndex
    retired.insert(entry, at: index)
  }
}

extension RetiredImage {
  /// Whether another object of the same image is to be had back rather than this one: one that was
  /// not condemned, was retired later, or was not given up for another object.
  fileprivate func isWorse(than other: RetiredImage) -> Bool {
    guard (condemned == nil) == (other.condemned == nil) else { return condemned != nil }
    guard retired == other.retired else { return retired < other.retired }
    return image.names.isEmpty && !other.image.names.isEmpty
  }
}
