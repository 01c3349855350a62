/// Where a block's stored bytes lie (firn-store(5), "Packs").
public struct BlockLocation: Hashable, Sendable {
  /// The pack.
  public var pack: PackID
  /// The offset of the first stored byte in the pack's file.
  public var offset: UInt64
  /// The index of the block in the pack's trailer, by which collectors count what is in use.
  public var ordinal: UInt32

  /// Makes a location.
  public init(pack: PackID, offset: UInt64, ordinal: UInt32) {
    self.pack = pack
    self.offset = offset
    self.ordinal = ordinal
  }
}

/// A block and where it lies: what the block index answers.
public struct StoredBlock: Hashable, Sendable {
  /// The block.
  public var block: BlockRecord
  /// Where its stored bytes lie.
  public var location: BlockLocation

  /// Makes a stored block.
  public init(block: BlockRecord, location: BlockLocation) {
    self.block = block
    self.location = location
  }
}
