internal import Digests
internal import FileTree

/// Puts the small files and tail ends of one layer into fragment blocks.
///
/// What comes out depends on nothing but what goes in: in the order of the layer, each into the
/// open block, which is sealed when the next does not fit. Equal contents of one layer share a
/// place.
struct FragmentAssembler {
  private let blockSize: Int
  private var open: [UInt8] = []
  private var pieces: [TailPiece] = []
  private var number: UInt32 = 0
  private var known: [SHA256Digest: TailPosition] = [:]

  init(blockSize: Int) { self.blockSize = blockSize }

  /// Finds a place for a tail end.
  ///
  /// - Parameter tail: 1 ... blockSize - 1 bytes.
  /// - Returns: The place, and the block that had to be sealed to make it, if any.
  mutating func add(_ tail: borrowing [UInt8]) -> (position: TailPosition, sealed: PendingBlock?) {
    let digest = SHA256Digest.of(tail.span.bytes)
    if let position = known[digest] { return (position, nil) }
    var sealed: PendingBlock?
    if open.count + tail.count > blockSize { sealed = seal() }
    if open.isEmpty { open.reserveCapacity(blockSize) }
    let position = TailPosition(fragment: number, offset: UInt32(open.count))
    pieces.append(
      TailPiece(digest: digest, offset: position.offset, size: UInt32(tail.count)))
    tail.span.bytes.withUnsafeBytes { open.append(contentsOf: $0) }
    known[digest] = position
    return (position, sealed)
  }

  /// Seals the open block, if there is anything in it.
  mutating func seal() -> PendingBlock? {
    guard !open.isEmpty else { return nil }
    let block = PendingBlock(
      purpose: .fragment(number: number, pieces: pieces), content: open)
    open = []
    pieces = []
    number += 1
    return block
  }
}
