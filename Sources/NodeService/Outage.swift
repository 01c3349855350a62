internal import Linux
internal import Synchronization
internal import SystemPackage

/// Whether a store's file system fails just now, and for how long reads that it fails are tried again.
///
/// A file system that is away for some seconds, or has thrown this client out, is bridged: reads are
/// tried again, with growing pauses, until the first of its failures is ``patience`` old. While it
/// fails for longer they fail soon, so that readers learn of it, until one succeeds. Safe to use from
/// any thread; no lock is held during a pause.
final class Outage: Sendable {
  /// What is to be done about a read that failed.
  enum Step: Equatable, Sendable {
    /// Try again after so many seconds.
    case tryAgain(after: Double)
    /// Give up; true for the first who gives up in an outage, who tells about it.
    case giveUp(isFirst: Bool)
  }

  private struct State: Sendable {
    var since: Double?
    var isTold = false
  }

  /// For how many seconds an outage is bridged.
  private let patience: Double
  private let state = Mutex(State())

  init(patience: Double = 10) { self.patience = patience }

  /// Notes a read that failed.
  ///
  /// - Parameters:
  ///   - attempt: How often this reader has tried.
  ///   - now: Seconds of a clock that only runs forward.
  func note(_ error: Errno, attempt: Int, at now: Double) -> Step {
    guard Self.isPassing(error) else {
      return attempt < 2 ? .tryAgain(after: 0) : .giveUp(isFirst: true)
    }
    return state.withLock { state in
      let since = state.since ?? now
      state.since = since
      if attempt < 2 { return .tryAgain(after: 0) }
      if now - since < patience {
        return .tryAgain(after: min(1, 0.05 * Double(1 << min(attempt - 2, 5))))
      }
      defer { state.isTold = true }
      return .giveUp(isFirst: !state.isTold)
    }
  }

  /// Notes a read that succeeded; true when an outage that was told about has ended.
  func noteSuccess() -> Bool {
    state.withLock { state in
      guard state.since != nil else { return false }
      defer { state = State() }
      return state.isTold
    }
  }

  /// Whether an error may be over soon: not one that says what there is, or who may.
  static func isPassing(_ error: Errno) -> Bool {
    switch error {
    case .noSuchFileOrDirectory, .permissionDenied, .notPermitted, .notDirectory, .isDirectory,
      .fileNameTooLong, .tooManySymbolicLinkLevels, .invalidArgument, .notSupported:
      false
    default: true
    }
  }
}
