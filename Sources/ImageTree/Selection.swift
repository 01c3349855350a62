internal import AdditionalImageStore
internal import Store

/// What one user may see of a shelf: the images of all stores put together.
///
/// Where two stores have a name, the first store's image has it. An image that two stores have is
/// shown once, from the first, with the names of both. Users who may see the same share one.
final class Selection: Sendable {
  /// An image with the names under which it is shown.
  struct Member: Sendable {
    let image: ShelvedImage
    let listed: ListedImage
  }

  /// What a layer directory of the Podman layout stands for.
  struct Layer: Sendable {
    let image: UInt32
    let isKeepID: Bool
  }

  /// The images that are listed.
  let members: [Member]
  /// Their names, as directories.
  let names: NameDirectory
  private let byID: [String: UInt32]
  private let layers: [String: Layer]
  private let links: [String: Layer]

  /// Puts images together.
  ///
  /// - Parameters:
  ///   - images: Those that are listed, in the order of their stores.
  ///   - retired: Those that are only found by path.
  init(_ images: [ShelvedImage], retired: [ShelvedImage]) {
    var order: [ShelvedImage] = []
    var names: [UInt32: [String]] = [:]
    var byID: [String: UInt32] = [:]
    var taken: Set<String> = []
    for image in images {
      let known = byID[image.listed.id]
      let number = known ?? image.number
      if known == nil {
        order.append(image)
        byID[image.listed.id] = number
      }
      names[number, default: []] += image.record.names.filter { taken.insert($0).inserted }
    }
    members = order.map { image in
      var listed = image.listed
      listed.names = (names[image.number] ?? []).map(PodmanName.full)
      return Member(image: image, listed: listed)
    }
    self.names = NameDirectory(names.flatMap { number, names in names.map { ($0, number) } })
    var layers: [String: Layer] = [:]
    for image in order + retired {
      byID[image.listed.id] = byID[image.listed.id] ?? image.number
      for isKeepID in [false, true] {
        let id = isKeepID ? image.listed.keepIDLayerID : image.listed.layerID
        layers[id] = layers[id] ?? Layer(image: image.number, isKeepID: isKeepID)
      }
    }
    self.byID = byID
    self.layers = layers
    links = Dictionary(
      layers.map { (ListedImage.link(ofLayer: $0.key), $0.value) }
    ) { first, _ in first }
  }

  /// The number of the image with an id of 64 hex digits.
  func number(ofID id: String) -> UInt32? { byID[id] }

  /// What a layer id stands for.
  func layer(_ id: String) -> Layer? { layers[id] }

  /// What the short name of a layer stands for.
  func link(_ name: String) -> Layer? { links[name] }
}
