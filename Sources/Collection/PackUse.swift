/// How much of a pack is in use.
public struct PackUse: Hashable, Sendable {
  /// The stored bytes of the blocks that images count on.
  public var liveBytes: UInt64
  /// The stored bytes of all its blocks: what a pack has besides is no waste that writing it anew
  /// would save.
  public var dataBytes: UInt64

  /// Describes the use of a pack.
  public init(liveBytes: UInt64, dataBytes: UInt64) {
    self.liveBytes = liveBytes
    self.dataBytes = dataBytes
  }

  /// The stored bytes of blocks that nobody counts on.
  public var deadBytes: UInt64 { dataBytes > liveBytes ? dataBytes - liveBytes : 0 }

  /// Whether so large a share of the stored bytes is dead.
  func isDead(from share: Double) -> Bool {
    deadBytes > 0 && Double(deadBytes) >= share * Double(dataBytes)
  }
}
