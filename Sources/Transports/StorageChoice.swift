internal import Digests
internal import OCI

extension StorageName.Choice {
  /// The image that was chosen.
  func image(
    among images: [StorageRecord.Image], path: String
  ) throws(TransportError) -> StorageRecord.Image {
    switch self {
    case .names(let names):
      for name in names {
        if let image = images.first(where: { $0.names.contains(name) }) { return image }
      }
    case .digest(let digest, let repositories):
      let found = images.first { image in
        image.manifestDigests.contains(digest)
          && image.names.contains { name in
            repositories.contains { (try? Reference(parsing: name))?.name == $0 }
          }
      }
      if let found { return found }
    case .id(let digits):
      let found = images.filter { $0.id.hasPrefix(digits) }
      if found.count > 1 {
        throw .ambiguousID(path: path, digits: digits, available: found.map(\.id))
      }
      if let only = found.first { return only }
    }
    throw .noSuchImage(path: path, wanted: wanted, available: images.flatMap(\.names))
  }

  /// What the image is called that was chosen so: the name it was found by, or all it has.
  func names(of image: StorageRecord.Image) -> [String] {
    guard case .names(let names) = self else { return image.names }
    return names.first { image.names.contains($0) }.map { [$0] } ?? []
  }

  /// The names of the image as references; what was chosen by its digest has that digest in those
  /// of the repositories that were asked for.
  func references(of image: StorageRecord.Image) -> [Reference] {
    let names = image.names.compactMap { try? Reference(parsing: $0) }
    guard case .digest(let digest, let repositories) = self else { return names }
    return names.flatMap { name -> [Reference] in
      guard repositories.contains(name.name),
        let asked = try? Reference(parsing: "\(name.name)@\(digest)")
      else { return [name] }
      return [asked, name]
    }
  }

  private var wanted: String {
    switch self {
    case .names(let names): names.first ?? ""
    case .digest(let digest, let repositories): "\(repositories.first ?? "")@\(digest)"
    case .id(let digits): "@\(digits)"
    }
  }
}

extension StorageRecord.Image {
  /// The complete layers of a storage by diff ID; where several have one, the image's own counts.
  func layersByDiffID(
    among layers: [StorageRecord.Layer]
  ) -> [Digest: StorageRecord.Layer] {
    let byID = Dictionary(layers.map { ($0.id, $0) }) { first, _ in first }
    var chosen: [Digest: StorageRecord.Layer] = [:]
    for layer in layers where !layer.isIncomplete {
      if let diffID = layer.diffID { chosen[diffID] = layer }
    }
    var next = layer
    // Whoever follows more parents than there are layers goes in a circle.
    for _ in layers {
      guard let id = next, let layer = byID[id] else { break }
      if let diffID = layer.diffID, !layer.isIncomplete { chosen[diffID] = layer }
      next = layer.parent
    }
    return chosen
  }
}
