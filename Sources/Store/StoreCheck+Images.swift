internal import Digests
internal import Linux

extension StoreCheck {
  /// Checks an image's object, and that its blocks are where it says.
  mutating func check(_ image: ImageRecord, of catalog: Catalog, isCondemned: Bool) {
    let read = attempt(image.path, images: [image.id], isNote: isCondemned) {
      (store) throws(StoreError) in
      let bytes = try store.attempt(image.path) { () throws(SystemError) in
        try store.directory.read(image.path)
      }
      guard SHA256Digest.of(bytes.span.bytes) == image.object else {
        throw .damaged(image.path, .checksumMismatch("the file"))
      }
      return try image.path.decoding { () throws(FormatError) in
        try ImageObject(decoding: bytes)
      }
    }
    guard let object = read else { return }
    var wrong: [String] = []
    if object.rootIdentity != image.rootIdentity {
      wrong.append("the catalog gives it another root identity")
    }
    if object.parameters != store.parameters {
      wrong.append("it has other parameters than the store")
    }
    if catalog.numbers(of: object.packs) != image.packs {
      wrong.append("the catalog says it counts on other packs")
    }
    if let block = misplaced(object) {
      wrong.append("block \(block.record.content) is not at offset \(block.offset) of its pack")
    }
    findings += wrong.map {
      Problem(.inconsistent, image.path, $0, images: [image.id], isNote: isCondemned)
    }
  }

  /// A block that the trailer of its pack does not have there; packs that are damaged say nothing.
  private func misplaced(_ object: ImageObject) -> ImageObject.Block? {
    let known = object.packs.map { rows[$0] }
    return object.blocks.first { block in
      guard let pack = known[Int(block.pack)] else { return false }
      return !pack.has(block.record, at: block.offset, ordinal: block.ordinal)
    }
  }

  /// Checks all layer recipes: one that is missing is no problem, one that is damaged is.
  mutating func checkRecipes() {
    for name in names[.layers] ?? [] {
      guard let digest = SHA256Digest(hex: name) else { continue }
      _ = attempt(StorePath(.layers, name)) { (store) throws(StoreError) in
        try store.recipe(LayerKey(digest))
      }
    }
  }
}
