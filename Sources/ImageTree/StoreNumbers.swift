/// How the images of several stores share the 20 bits that node ids have for an image's number.
///
/// The upper bits, as few as the number of stores needs and none for a single one, are the store's
/// place in the list; the rest is the number that the store gave the image. So node ids are still
/// computed, and the same for the same list of stores.
struct StoreNumbers: Hashable, Sendable {
  /// The most stores one mount shows.
  static let mostStores = 16

  /// How many bits are left for a store's own numbers.
  private let ownBits: UInt32

  /// Divides the numbers among so many stores.
  init(stores count: Int) {
    precondition((1...Self.mostStores).contains(count), "a tree shows 1 to 16 stores")
    ownBits = 20 - UInt32(count == 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  /// The number on this node of an image of a store; nil for one that is too large, or 0.
  func number(_ own: UInt32, inStore place: Int) -> UInt32? {
    guard own > 0, own < 1 << ownBits else { return nil }
    return UInt32(place) << ownBits | own
  }
}
