/// What became of bytes that were at hand beside those that reads asked for.
public struct PushCounts: Hashable, Sendable {
  /// Pieces that went into the kernel's page cache.
  public internal(set) var pushed: UInt64 = 0
  /// Their bytes.
  public internal(set) var bytes: UInt64 = 0
  /// Pieces that were left out: too much was waiting.
  public internal(set) var dropped: UInt64 = 0
  /// Pieces that the kernel did not take: it has forgotten the file, or has no memory.
  public internal(set) var refused: UInt64 = 0
}
