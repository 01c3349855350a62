internal import Digests
internal import Store

/// Gives images new objects in the place of lost and wrong ones, and publishes them together.
struct ImageMending {
  /// An image that is to get a new object.
  struct Candidate {
    /// How the catalog lists it.
    var image: ImageRecord
    /// What its object says, but for where blocks lie.
    var object: ImageObject
    /// Another store's record of the image, when the object is from there.
    var adopted: ImageRecord?
    /// Whether the old object cannot be read, so that nobody can be using it.
    var isObjectLost: Bool
  }

  private struct Mended {
    var candidate: Candidate
    var object: SHA256Digest
    var packs: [PackID]
  }

  let store: Store
  let staging: StagingArea
  let gathering: BlockGathering

  /// Mends as many images as can be.
  ///
  /// - Returns: Whether anything was published.
  func mend(_ candidates: [Candidate]) throws(StoreError) -> Bool {
    var possible: [Candidate] = []
    for candidate in candidates where try obtainBlocks(of: candidate) { possible.append(candidate) }
    guard !possible.isEmpty else { return false }
    let packs = try gathering.seal()
    let run = try staging.writeIndexRun(of: packs)
    var mended: [Mended] = []
    for candidate in possible {
      guard let object = moved(candidate) else { continue }
      mended.append(
        Mended(
          candidate: candidate, object: try staging.write(object), packs: object.packs))
    }
    try store.publish("fsck: mend \(mended.count) images", staging: staging) {
      (catalog) throws(StoreError) in
      var next = catalog.adding(packs: packs.map(\.record))
      if let run { next = next.adding(run: run) }
      for one in mended { next = try Self.replace(one, in: next) }
      return next
    }
    return true
  }

  private func obtainBlocks(of candidate: Candidate) throws(StoreError) -> Bool {
    for block in candidate.object.blocks {
      guard try gathering.obtain(block.record) else { return false }
    }
    return true
  }

  /// The object with its blocks where they are now.
  private func moved(_ candidate: Candidate) -> ImageObject? {
    var object = candidate.object
    var packs: [PackID] = []
    var numbers: [PackID: UInt32] = [:]
    for index in object.blocks.indices {
      guard let place = gathering.location(of: object.blocks[index].record) else { return nil }
      let number = numbers[place.pack] ?? UInt32(clamping: packs.count)
      if numbers.updateValue(number, forKey: place.pack) == nil { packs.append(place.pack) }
      object.blocks[index].pack = number
      object.blocks[index].offset = place.offset
      object.blocks[index].ordinal = place.ordinal
    }
    object.packs = packs
    return object
  }

  private static func replace(_ mended: Mended, in catalog: Catalog) throws(StoreError) -> Catalog {
    let candidate = mended.candidate
    let old = candidate.image.object
    var next: Catalog
    if let adopted = candidate.adopted, catalog.images.contains(where: { $0.object == old }) {
      let record = ImageRecord(
        object: mended.object, rootIdentity: adopted.rootIdentity, names: [],
        digests: adopted.digests, attributes: candidate.adoptedAttributes,
        logicalSize: adopted.logicalSize, created: adopted.created)
      next = try catalog.adding(record, using: mended.packs)
    } else if candidate.isSameImage {
      next = try catalog.relocating(old, to: mended.object, using: mended.packs)
    } else {
      return catalog
    }
    let isListed = next.listedPaths.contains(StorePath(.images, mended.object.hex))
    return candidate.isObjectLost && isListed ? next.dropping(objects: [old], packs: []) : next
  }
}

extension ImageMending.Candidate {
  /// Whether the object fits the catalog's own record, names and numbers included.
  var isSameImage: Bool {
    adopted.map {
      $0.rootIdentity == image.rootIdentity && $0.contentAttributes == image.contentAttributes
    } ?? true
  }

  /// What the other store says of the content, and this one of the names.
  var adoptedAttributes: [String: String] {
    var attributes = (adopted ?? image).contentAttributes
    let key = ImageRecord.originsAttribute
    attributes[key] = image.attributes[key]
    return attributes
  }
}
