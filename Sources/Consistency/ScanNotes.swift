internal import Store
internal import Synchronization

/// What a scan has found and how far it is.
///
/// Thread-safe.
final class ScanNotes: Sendable {
  private struct State {
    var found: [PackID: [Problem]] = [:]
    var done: UInt64 = 0
  }

  private let total: UInt64
  private let progress: @Sendable (CheckProgress) -> Void
  private let state = Mutex(State())

  init(total: UInt64, _ progress: @escaping @Sendable (CheckProgress) -> Void) {
    self.total = total
    self.progress = progress
  }

  /// The problems of each pack that is done.
  var found: [PackID: [Problem]] { state.withLock { $0.found } }

  /// Notes that bytes are read next.
  func willRead(_ bytes: Int) {
    let done = state.withLock { state in
      state.done += UInt64(bytes)
      return state.done
    }
    progress(.data(done: min(done, total), total: total))
  }

  /// Notes that a pack is done.
  func add(_ pack: PackRecord, _ problems: [Problem]) {
    state.withLock { $0.found[pack.id] = problems }
  }

  /// Notes that a pack was done by an earlier scan.
  func skip(_ pack: PackRecord, _ problems: [Problem]) {
    state.withLock { state in
      state.found[pack.id] = problems
      state.done += pack.size
    }
  }
}
