/// What start bundles have been good for on a node.
public struct StartCounts: Codable, Hashable, Sendable {
  /// Bundles that were read.
  public internal(set) var count: UInt64 = 0
  /// The bytes of their files.
  public internal(set) var bytes: UInt64 = 0
  /// Bundles that were left out, as too many were in memory.
  public internal(set) var leftOut: UInt64 = 0
  /// Bundles that could not be read, or whose content was damaged.
  public internal(set) var failed: UInt64 = 0
  /// The bytes of pages that the kernel got before anybody asked for them.
  public internal(set) var pushedBytes: UInt64 = 0
  /// Reads that were answered from a bundle: whoever sent them was faster than what is pushed.
  public internal(set) var late: UInt64 = 0
  /// Reads while a bundle was in use of bytes that are not all in it.
  public internal(set) var missed: UInt64 = 0
  /// Access traces that were written.
  public internal(set) var traces: UInt64 = 0
}
