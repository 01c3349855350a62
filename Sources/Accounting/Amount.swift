/// A number of stored blocks and their bytes.
public struct Amount: Hashable, Sendable {
  /// How many blocks.
  public var blocks: UInt64
  /// Their stored bytes.
  public var bytes: UInt64

  /// Makes an amount; nothing by default.
  public init(blocks: UInt64 = 0, bytes: UInt64 = 0) {
    self.blocks = blocks
    self.bytes = bytes
  }

  /// Adds one block.
  mutating func add(_ bytes: UInt32) {
    blocks &+= 1
    self.bytes &+= UInt64(bytes)
  }

  /// The sum of two amounts.
  public static func + (left: Amount, right: Amount) -> Amount {
    Amount(blocks: left.blocks &+ right.blocks, bytes: left.bytes &+ right.bytes)
  }

  /// Adds an amount to another.
  public static func += (left: inout Amount, right: Amount) { left = left + right }

  /// What is left of an amount without a part of it; nothing where the part is larger.
  public static func - (left: Amount, right: Amount) -> Amount {
    Amount(
      blocks: left.blocks - min(left.blocks, right.blocks),
      bytes: left.bytes - min(left.bytes, right.bytes))
  }
}
