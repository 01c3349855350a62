internal import Consistency
internal import Linux
internal import Synchronization

/// Shows how far a check is on standard error, where that is a terminal: one line that is rewritten.
final class FsckDisplay: Sendable {
  private struct State {
    var shownAt = 0.0
    var isLineOpen = false
  }

  private let isShown: Bool
  private let state = Mutex(State())

  init(isQuiet: Bool) { isShown = !isQuiet && StandardStream.error.isTerminal }

  /// Shows a step.
  func show(_ step: CheckProgress) {
    guard isShown else { return }
    let text =
      switch step {
      case .structure: "checking the structure"
      case .data(let done, let total): "\(Output.bytes(done)) of \(Output.bytes(total)) checked"
      case .repair(let what): what
      }
    state.withLock { state in
      let now = MonotonicClock.seconds()
      if case .data = step, now - state.shownAt < 0.1 { return }
      state.shownAt = now
      state.isLineOpen = true
      StandardStream.error.write("\r\u{1B}[K\(text)")
    }
  }

  /// Clears the line.
  func end() {
    state.withLock { state in
      if state.isLineOpen { StandardStream.error.write("\r\u{1B}[K") }
      state.isLineOpen = false
    }
  }
}
