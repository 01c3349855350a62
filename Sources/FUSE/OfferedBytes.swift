internal import Linux

/// Bytes of a regular file that nobody has asked for yet, but that are in memory: for the kernel's
/// page cache.
struct OfferedBytes: Sendable {
  /// The smallest page there is; of a larger one that it gets a part of the kernel asks for the rest.
  private static let pageSize: UInt64 = 4096

  let buffer: SharedBuffer
  let range: Range<Int>
  /// Where in the file they belong: at the beginning of a page.
  let offset: UInt64

  /// Cuts a piece of a buffer to whole pages; nil where it has not one.
  ///
  /// - Parameters:
  ///   - start: Where in the file the piece belongs.
  ///   - reachesEnd: Whether the file ends with the piece, so that a last page counts that is not
  ///     full.
  init?(_ buffer: SharedBuffer, _ piece: Range<Int>, at start: UInt64, reachesEnd: Bool) {
    let first = (start + Self.pageSize - 1) / Self.pageSize * Self.pageSize
    let end = start + UInt64(piece.count)
    let last = reachesEnd ? end : end / Self.pageSize * Self.pageSize
    guard first < last else { return nil }
    let skipped = piece.lowerBound + Int(first - start)
    self.buffer = buffer
    range = skipped..<skipped + Int(last - first)
    offset = first
  }
}
