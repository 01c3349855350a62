/// Where the bytes of one data or fragment block are.
public enum DataBlock: Hashable, Sendable {
  /// Nowhere: that many bytes of zeros.
  case hole(count: UInt32)
  /// In the blob.
  case stored(StoredBlock)

  /// How many bytes the block stands for; of a fragment block, how many at most.
  public var size: UInt32 {
    switch self {
    case .hole(let count): count
    case .stored(let block): block.size
    }
  }
}

/// A data or fragment block in the blob.
public struct StoredBlock: Hashable, Sendable {
  /// The first byte in the blob.
  public let offset: UInt64
  /// How many bytes are stored.
  public let storedSize: UInt32
  /// Whether they have to be decompressed.
  public let isCompressed: Bool
  /// How many bytes it has when decompressed, exactly; for a fragment block the largest possible
  /// number, because the format does not say.
  public let size: UInt32
}

/// Where the end of a file lies that does not fill a block of its own.
public struct Tail: Hashable, Sendable {
  /// The index of the fragment block.
  public let fragment: UInt32
  /// The first byte in the decompressed fragment block.
  public let offset: UInt32
  /// How many bytes.
  public let size: UInt32
}
