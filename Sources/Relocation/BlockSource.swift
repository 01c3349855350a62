public import Store

/// Somewhere that blocks may be had from when their pack does not give them.
public protocol BlockSource: Sendable {
  /// The bytes of a block; nil when they are not to be had here.
  ///
  /// Whoever asks checks what is returned.
  func find(_ block: BlockRecord) -> FoundBlock?
}

/// The bytes of a block, in one of two forms.
public enum FoundBlock: Hashable, Sendable {
  /// As the store keeps them.
  case stored([UInt8])
  /// The content, to be encoded again.
  case content([UInt8])
}
