internal import Store
internal import Synchronization

/// The packs that the imports of a session write: a row of them for each large layer, so that what
/// belongs together lies together, and one for all small layers.
///
/// Thread-safe.
final class ImportPacks: Sendable {
  private struct State {
    /// By number; the first is that of small layers.
    var rows: [PackAppender] = []
    /// Complete packs that no generation is known to list.
    var unpublished: [SealedPack] = []
  }

  private let staging: StagingArea
  private let known: KnownContent
  private let state = Mutex(State())

  init(_ staging: StagingArea, known: KnownContent) {
    self.staging = staging
    self.known = known
    _ = addRow()
  }

  /// The row for the blocks of a layer.
  func row(isLarge: Bool) -> PackAppender {
    isLarge ? addRow() : state.withLock { $0.rows[0] }
  }

  private func addRow() -> PackAppender {
    state.withLock { state in
      let row = PackAppender(row: state.rows.count, staging, known: known) { [weak self] pack in
        self?.state.withLock { $0.unpublished.append(pack) }
      }
      state.rows.append(row)
      return row
    }
  }

  /// Ends the packs that blocks lie in.
  ///
  /// - Returns: All complete packs that are not known to be published: to list one again does no
  ///   harm.
  func sealed(holding blocks: some Sequence<BlockRecord>) throws(StoreError) -> [SealedPack] {
    var numbers: Set<Int> = []
    for block in blocks {
      if let row = known.row(of: block.content) { numbers.insert(row) }
    }
    let rows = state.withLock { state in numbers.sorted().map { state.rows[$0] } }
    for row in rows { try row.seal() }
    return state.withLock { $0.unpublished }
  }

  /// Notes that a generation lists packs.
  func notePublished(_ packs: [SealedPack]) {
    let ids = Set(packs.map(\.record.id))
    state.withLock { state in state.unpublished.removeAll { ids.contains($0.record.id) } }
  }
}
