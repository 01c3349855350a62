internal import Digests

/// A block cut from a layer that has not been looked up, compressed or stored yet.
struct PendingBlock: Sendable {
  /// What the block is for.
  enum Purpose: Sendable {
    /// A whole block of a file, with its number in the layer.
    case data(number: UInt32)
    /// A fragment block with its number in the layer and the small files and tail ends in it.
    case fragment(number: UInt32, pieces: [TailPiece])
  }

  var purpose: Purpose
  var content: [UInt8]
}

/// A small file or tail end in a fragment block.
struct TailPiece: Sendable, Hashable {
  /// The digest of its content.
  var digest: SHA256Digest
  /// Where in the fragment block it starts.
  var offset: UInt32
  /// How many bytes it has.
  var size: UInt32
}
