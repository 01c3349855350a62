/// An image object that is no image of the store any more, but is kept for a while
/// (firn-store(5), "Retired images").
///
/// Its content stays readable, and it can be made an image again, until a collector condemns it
/// and, after a grace period, drops it.
public struct RetiredImage: Hashable, Sendable, Codable {
  /// The image as it was when it was retired, with its names.
  public var image: ImageRecord
  /// When it was retired: seconds since the epoch by the clock of the host that did it.
  ///
  /// 0 in a catalog that is not published yet.
  public var retired: Int64
  /// Set when a collector has decided that it goes.
  public var condemned: Condemnation?

  /// Makes an entry that is not published yet.
  init(_ image: ImageRecord, condemned: Condemnation? = nil) {
    self.image = image
    retired = 0
    self.condemned = condemned
  }
}
