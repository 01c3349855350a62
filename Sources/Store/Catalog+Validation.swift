internal import Digests

extension Catalog {
  /// Throws unless the catalog keeps every rule of firn-store(5), "Generations".
  func validate() throws(FormatError) {
    try validateImages()
    try validateRetired()
    try validatePacks()
    guard Set(indexRuns.map(\.id)).count == indexRuns.count else {
      throw .invalid("an index run is listed twice")
    }
  }

  private func validateImages() throws(FormatError) {
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
  }

  private func validateRetired() throws(FormatError) {
    let numbers = retired.map(\.image.number)
    guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 <= $1 }),
      numbers.allSatisfy({ $0 > 0 && $0 < nextImageNumber })
    else { throw .invalid("the numbers of the retired images are wrong") }
    let objects = images.map(\.object) + retired.map(\.image.object)
    guard Set(objects).count == objects.count else {
      throw .invalid("an image object is listed twice")
    }
    var identities: [UInt32: SHA256Digest] = [:]
    for image in images + retired.map(\.image) {
      guard
        identities.updateValue(image.rootIdentity, forKey: image.number) ?? image.rootIdentity
          == image.rootIdentity
      else { throw .invalid("an image number means two root blobs") }
    }
  }

  /// Leaves room for the packs of a change, so that a number never runs over.
  private static let mostPackNumbers = UInt32.max - (1 << 24)

  private func validatePacks() throws(FormatError) {
    guard Self.ascend(packs.map(\.id)) else { throw .invalid("the packs are not in order") }
    guard nextPackNumber <= Self.mostPackNumbers else {
      throw .invalid("there are no pack numbers left")
    }
    let numbers = Set(packs.map(\.number))
    guard numbers.count == packs.count, packs.allSatisfy({ $0.number < nextPackNumber }) else {
      throw .invalid("the packs do not have a number each")
    }
    let live = Set(packs.filter { $0.state == .live }.map(\.number))
    for image in images {
      guard Self.ascend(image.packs), image.packs.allSatisfy(live.contains) else {
        throw .invalid("image \(image.id) counts on a pack that is not there")
      }
    }
    for entry in retired {
      let possible = entry.condemned == nil ? live : numbers
      guard Self.ascend(entry.image.packs), entry.image.packs.allSatisfy(possible.contains) else {
        throw .invalid("retired image \(entry.image.id) counts on a pack that is not there")
      }
    }
  }

  private static func ascend(_ values: [some Comparable]) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
  }
}

extension Catalog {
  /// Throws when a change took back what must never be taken back.
  func requireSuccession(of current: Catalog) throws(StoreError) {
    guard nextImageNumber >= current.nextImageNumber, nextPackNumber >= current.nextPackNumber
    else { throw .invalidObject(.invalid("numbers would be given again")) }
    let before = Dictionary(
      (current.images + current.retired.map(\.image)).map { ($0.number, $0.rootIdentity) },
      uniquingKeysWith: { first, _ in first })
    for image in images where before[image.number].map({ $0 != image.rootIdentity }) ?? false {
      throw .invalidObject(.invalid("an image number would mean another root blob"))
    }
    let isReused = images.contains {
      $0.number < current.nextImageNumber && before[$0.number] == nil
    }
    if isReused { throw .invalidObject(.invalid("an image number would be given again")) }
    let packsBefore = Set(current.packs.map(\.number))
    let packIsReused = packs.contains {
      $0.number < current.nextPackNumber && !packsBefore.contains($0.number)
    }
    if packIsReused { throw .invalidObject(.invalid("a pack number would be given again")) }
  }

  /// Fills in the time and generation of what a change did without knowing them.
  mutating func stamp() {
    for index in images.indices {
      if images[index].imported == 0 { images[index].imported = operation.time }
      for (name, time) in images[index].formerNames where time == 0 {
        images[index].formerNames[name] = operation.time
      }
    }
    for index in retired.indices {
      if retired[index].retired == 0 { retired[index].retired = operation.time }
      retired[index].condemned?.stamp(operation, generation: generation)
    }
    for index in packs.indices {
      guard case .condemned(var condemnation) = packs[index].state else { continue }
      condemnation.stamp(operation, generation: generation)
      packs[index].state = .condemned(condemnation)
    }
  }
}
