/// How good it is to count on a pack, the best first.
enum PackStanding: Comparable, Sendable {
  case live
  case condemned
  case damaged
}

extension Catalog {
  /// How good it is to count on each pack that is listed.
  var standings: [PackID: PackStanding] {
    var result: [PackID: PackStanding] = [:]
    for pack in packs {
      result[pack.id] = pack.isDamaged ? .damaged : pack.state == .live ? .live : .condemned
    }
    return result
  }
}
