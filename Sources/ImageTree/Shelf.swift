internal import AdditionalImageStore
internal import Store
internal import SystemPackage

/// What a mount shows at one time: the images of one generation, and those that were there a short
/// while ago and may still be in use.
///
/// Immutable; a newer generation makes a new shelf. Nothing here depends on who asks.
final class Shelf: Sendable {
  /// An image that is not in the catalog any more, and until when it is served by path.
  struct Retired: Sendable {
    let image: ShelvedImage
    /// Seconds of a clock that only runs forward.
    let until: Double
  }

  /// What a layer directory of the Podman layout stands for.
  struct Layer: Sendable {
    let image: UInt32
    let isKeepID: Bool
  }

  let generation: UInt64
  /// The images in the catalog, in its order.
  let images: [ShelvedImage]
  let retired: [Retired]
  let names: NameDirectory
  private let byNumber: [UInt32: ShelvedImage]
  private let byID: [String: UInt32]
  private let layers: [String: Layer]
  private let links: [String: Layer]

  /// An empty shelf, before any catalog was read.
  convenience init() { self.init(generation: 0, images: [], retired: []) }

  private init(generation: UInt64, images: [ShelvedImage], retired: [Retired]) {
    self.generation = generation
    self.images = images
    self.retired = retired
    let all = images + retired.map(\.image)
    byNumber = Dictionary(all.map { ($0.number, $0) }) { first, _ in first }
    byID = Dictionary(all.map { ($0.listed.id, $0.number) }) { first, _ in first }
    names = NameDirectory(images.flatMap { image in image.record.names.map { ($0, image.number) } })
    var layers: [String: Layer] = [:]
    for image in all {
      let plain = Layer(image: image.number, isKeepID: false)
      layers[image.listed.layerID] = layers[image.listed.layerID] ?? plain
      let keep = Layer(image: image.number, isKeepID: true)
      layers[image.listed.keepIDLayerID] = layers[image.listed.keepIDLayerID] ?? keep
    }
    self.layers = layers
    links = Dictionary(
      layers.map { (ListedImage.link(ofLayer: $0.key), $0.value) }
    ) { first, _ in first }
  }

  /// The shelf for a newer catalog.
  ///
  /// - Parameters:
  ///   - now: The time, in seconds of the clock of ``Retired/until``.
  ///   - grace: For how long images that are gone are still served by path, in seconds.
  func updated(
    to catalog: Catalog, source: any ContentSource, now: Double, grace: Double
  ) -> Shelf {
    let current = catalog.images.compactMap { record in
      byNumber[record.number].flatMap { ShelvedImage(record, keeping: $0) }
        ?? ShelvedImage(record, source: source)
    }
    let numbers = Set(current.map(\.number))
    let gone = images.filter { !numbers.contains($0.number) }
      .map { Retired(image: $0, until: now + grace) }
    let still = retired.filter { $0.until > now && !numbers.contains($0.image.number) }
    return Shelf(generation: catalog.generation, images: current, retired: still + gone)
  }

  /// The image with a number.
  func image(_ number: UInt32) throws(Errno) -> ShelvedImage {
    guard let image = byNumber[number] else { throw .staleNFSFileHandle }
    return image
  }

  /// The number of the image with an id of 64 hex digits.
  func number(ofID id: String) -> UInt32? { byID[id] }

  /// What a layer id stands for.
  func layer(_ id: String) -> Layer? { layers[id] }

  /// What the short name of a layer stands for.
  func link(_ name: String) -> Layer? { links[name] }
}
