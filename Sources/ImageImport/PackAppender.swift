internal import Store
internal import Synchronization

/// Appends new blocks to one row of packs, beginning another pack when one is large enough.
///
/// Thread-safe: blocks of several layers take turns.
final class PackAppender: Sendable {
  /// How large a pack gets before the next begins, in bytes.
  static let packSize: UInt64 = 4 << 30

  private let row: Int
  private let staging: StagingArea
  private let known: KnownContent
  private let sealed: @Sendable (SealedPack) -> Void
  private let writer = Mutex<PackWriter?>(nil)

  /// - Parameters:
  ///   - row: What the row is called in `known`.
  ///   - sealed: Takes each pack that is complete.
  init(
    row: Int, _ staging: StagingArea, known: KnownContent,
    sealed: @escaping @Sendable (SealedPack) -> Void
  ) {
    self.row = row
    self.staging = staging
    self.known = known
    self.sealed = sealed
  }

  /// Appends a block unless the same content was appended before, to whatever row.
  ///
  /// A block that ``KnownContent/row(of:)`` finds in a row is in a pack once that is sealed.
  ///
  /// - Returns: Whether it was appended.
  func append(_ block: NewBlock) throws(StoreError) -> Bool {
    try writer.withLock { (current) throws(StoreError) in
      guard known.add(block, row: row) else { return false }
      do throws(StoreError) {
        try append(block, &current)
      } catch {
        lose(&current)
        throw error
      }
      return true
    }
  }

  private func append(_ block: NewBlock, _ current: inout PackWriter?) throws(StoreError) {
    if let full = current, full.size >= Self.packSize { try seal(&current) }
    let writer: PackWriter
    if let open = current { writer = open } else { writer = try PackWriter(staging) }
    current = writer
    try writer.append(block.record, stored: block.stored.span.bytes, pieces: block.pieces)
  }

  /// Gives up the pack that is being written: the row goes on with another.
  private func lose(_ current: inout PackWriter?) {
    current?.discard()
    current = nil
    known.forgetUnsealed(row: row)
  }

  /// Ends the pack that is being written, if there is one.
  func seal() throws(StoreError) {
    try writer.withLock { (current) throws(StoreError) in
      do throws(StoreError) {
        try seal(&current)
      } catch {
        lose(&current)
        throw error
      }
    }
  }

  /// Gives up what was not sealed, as nobody will come to count on it.
  func discard() { writer.withLock { lose(&$0) } }

  private func seal(_ current: inout PackWriter?) throws(StoreError) {
    guard let writer = current else { return }
    let pack = try writer.seal()
    current = nil
    guard let pack else { return }
    known.add(pack)
    sealed(pack)
  }
}
