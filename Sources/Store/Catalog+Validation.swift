extension Catalog {
  /// Throws unless the catalog keeps every rule of firn-store(5), "Generations".
  func validate() throws(FormatError) {
    guard Self.ascend(images.map(\.number)), images.allSatisfy({ $0.number > 0 }) else {
      throw .invalid("the image numbers do not ascend")
    }
    guard (images.last?.number ?? 0) < nextImageNumber else {
      throw .invalid("an image number is not used up")
    }
    let names = images.flatMap(\.names)
    guard Set(names).count == names.count else { throw .invalid("two images have one name") }
    for name in names where ImageName.objection(to: name) != nil {
      throw .invalid("an image has an impossible name")
    }
    guard images.allSatisfy({ !$0.id.isEmpty }), Set(images.map(\.id)).count == images.count else {
      throw .invalid("the images do not have an id each")
    }
    guard Self.ascend(packs.map(\.id)) else { throw .invalid("the packs are not in order") }
    guard Set(indexRuns.map(\.id)).count == indexRuns.count else {
      throw .invalid("an index run is listed twice")
    }
  }

  private static func ascend(_ values: [some Comparable]) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Throws when a change took back what must never be taken back.
  func requireSuccession(of current: Catalog) throws(StoreError) {
    guard nextImageNumber >= current.nextImageNumber else {
      throw .invalidObject(.invalid("image numbers would be given again"))
    }
    let before = Dictionary(
      current.images.map { ($0.number, $0.rootIdentity) }, uniquingKeysWith: { first, _ in first })
    for image in images where before[image.number].map({ $0 != image.rootIdentity }) ?? false {
      throw .invalidObject(.invalid("an image number would mean another root blob"))
    }
    let isReused = images.contains {
      $0.number < current.nextImageNumber && before[$0.number] == nil
    }
    if isReused { throw .invalidObject(.invalid("an image number would be given again")) }
  }

  /// Notes when images were published that are new.
  mutating func stampNewImages(at time: Int64) {
    for index in images.indices where images[index].imported == 0 { images[index].imported = time }
  }
}
