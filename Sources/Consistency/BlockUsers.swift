internal import Store

/// Which images use the blocks at certain places: read from the objects of those that count on the
/// packs, as the catalog does not know.
struct BlockUsers {
  private let catalog: Catalog
  private let store: Store

  init(_ catalog: Catalog, of store: Store) {
    self.catalog = catalog
    self.store = store
  }

  /// Adds to each problem of a block the images that use it; one in a pack that nobody counts on
  /// becomes a note.
  func attribute(_ problems: [Problem]) -> [Problem] {
    guard !problems.isEmpty else { return [] }
    let packs = Dictionary(
      catalog.packs.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let wanted = Dictionary(grouping: problems.indices) { problems[$0].path }
    let users = users(of: problems, in: wanted.keys.compactMap { packs[$0] })
    return problems.map { problem in
      var result = problem
      guard let pack = packs[problem.path] else { return problem }
      let counting = catalog.images(countingOn: pack)
      result.isNote = counting.isEmpty
      result.images =
        problem.offset.map { users[Place(pack: pack.id, offset: $0)] ?? [] } ?? counting
      return result
    }
  }

  private struct Place: Hashable {
    var pack: PackID
    var offset: UInt64
  }

  private func users(of problems: [Problem], in packs: [PackRecord]) -> [Place: [String]] {
    var result: [Place: [String]] = [:]
    let numbers = Set(packs.map(\.number))
    let ids = Dictionary(packs.map { ($0.path, $0.id) }, uniquingKeysWith: { first, _ in first })
    for problem in problems {
      guard let pack = ids[problem.path], let offset = problem.offset else { continue }
      result[Place(pack: pack, offset: offset)] = []
    }
    for image in catalog.keptImages where !numbers.isDisjoint(with: image.packs) {
      guard let object = try? store.imageObject(image.object) else { continue }
      for block in object.blocks {
        let place = Place(pack: object.packs[Int(block.pack)], offset: block.offset)
        guard let users = result[place], users.last != image.id else { continue }
        result[place]?.append(image.id)
      }
    }
    return result
  }
}
