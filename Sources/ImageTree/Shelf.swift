internal import AdditionalImageStore
internal import Store
internal import Synchronization
internal import SystemPackage

/// What a mount has at one time: the images of one generation of each store, and those that the
/// generation keeps although they are no images any more and may still be in use.
///
/// Immutable; a newer generation makes a new shelf. What a user may see of it is a ``Selection``.
final class Shelf: Sendable {
  /// What one store gives.
  struct Part: Sendable {
    /// The generation; 0 before any was read.
    var generation: UInt64 = 0
    /// When it was published.
    var published: Int64 = 0
    /// The images of the catalog that can be shown, in its order.
    var images: [ShelvedImage] = []
    /// Retired images.
    var retired: [Retired] = []
    /// The ids of the images that cannot be shown: their numbers are too large, or they have no
    /// listing.
    var unshown: [String] = []
  }

  /// An image that is no image of its store any more, and is served by path.
  struct Retired: Sendable {
    let image: ShelvedImage
    /// Set when a collector has decided that it goes.
    let condemned: Condemnation?
  }

  /// What each store gives, in the order of the stores.
  let parts: [Part]
  /// The images that not everybody may see, retired ones among them.
  let restricted: [ShelvedImage]
  private let numbers: StoreNumbers
  private let memory: ObjectMemory
  private let byNumber: [UInt32: ShelvedImage]
  private let selections = Mutex<[Set<UInt32>: Selection]>([:])

  /// An empty shelf for so many stores, before any catalog was read.
  convenience init(stores count: Int, memory: ObjectMemory) {
    self.init(
      Array(repeating: Part(), count: count), numbers: StoreNumbers(stores: count), memory)
  }

  private init(_ parts: [Part], numbers: StoreNumbers, _ memory: ObjectMemory) {
    self.parts = parts
    self.numbers = numbers
    self.memory = memory
    let all = parts.flatMap { $0.images + $0.retired.map(\.image) }
    byNumber = Dictionary(all.map { ($0.number, $0) }) { first, _ in first }
    restricted = all.filter { !$0.isForEverybody }
  }

  /// When the latest of the generations was published.
  var modified: Int64 { parts.reduce(0) { max($0, $1.published) } }

  /// The shelf with a newer catalog of one store.
  func updated(_ place: Int, to catalog: Catalog, source: any ContentSource) -> Shelf {
    func shelved(_ record: ImageRecord) -> ShelvedImage? {
      guard let number = numbers.number(record.number, inStore: place) else { return nil }
      return byNumber[number].flatMap { ShelvedImage(record, keeping: $0) }
        ?? ShelvedImage(record, as: number, source: source, memory: memory)
    }
    var part = Part(generation: catalog.generation, published: catalog.operation.time)
    for record in catalog.images {
      if let image = shelved(record) {
        part.images.append(image)
      } else {
        part.unshown.append(record.id)
      }
    }
    // Of several objects of one image one that stays, or the last, has the best chance to be read.
    let retired = catalog.retired.reversed()
    let byChance = retired.filter { $0.condemned == nil } + retired.filter { $0.condemned != nil }
    var known = Set(catalog.images.map(\.number))
    for entry in byChance where known.insert(entry.image.number).inserted {
      guard let image = shelved(entry.image) else { continue }
      part.retired.append(Retired(image: image, condemned: entry.condemned))
    }
    var parts = self.parts
    parts[place] = part
    return Shelf(parts, numbers: numbers, memory)
  }

  /// The image with a number.
  func image(_ number: UInt32) throws(Errno) -> ShelvedImage {
    guard let image = byNumber[number] else { throw .staleNFSFileHandle }
    return image
  }

  /// What is left when some images are hidden; made once for everybody from whom the same is.
  func selection(hiding hidden: Set<UInt32>) -> Selection {
    if let known = selections.withLock({ $0[hidden] }) { return known }
    let made = Selection(
      parts.flatMap(\.images).filter { !hidden.contains($0.number) },
      retired: parts.flatMap(\.retired).map(\.image).filter { !hidden.contains($0.number) })
    return selections.withLock { known in
      if let other = known[hidden] { return other }
      known[hidden] = made
      return made
    }
  }
}
