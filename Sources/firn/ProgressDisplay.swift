internal import Commands
internal import Digests
internal import ImageImport
internal import Linux
internal import Synchronization

/// Shows an import on standard error: one line that is rewritten on a terminal, otherwise a line
/// for each thing that happens.
final class ProgressDisplay: Sendable {
  private struct State {
    var layers = 0
    var done = 0
    var expected: UInt64 = 0
    var received: UInt64 = 0
    var shownAt = 0.0
    var isLineOpen = false
  }

  private let name: String
  private let isQuiet: Bool
  private let isTerminal: Bool
  private let state = Mutex(State())

  init(_ name: String, isQuiet: Bool) {
    self.name = name
    self.isQuiet = isQuiet
    isTerminal = StandardStream.error.isTerminal
  }

  func show(_ event: ImportEvent) {
    guard !isQuiet else { return }
    state.withLock { state in
      switch event {
      case .resolved(_, let layers, let known, let bytes):
        state.layers = layers - known
        state.expected = bytes
        line(
          "\(name): \(layers) layers, \(known) known, \(Output.bytes(bytes)) to fetch", &state)
      case .received(let bytes):
        state.received += UInt64(bytes)
        if isTerminal { rewrite(&state) }
      case .layerDone(let digest):
        state.done += 1
        if !isTerminal {
          line("\(name): layer \(state.done) of \(state.layers) done, \(digest)", &state)
        }
      case .linking:
        line("\(name): linking", &state)
      }
    }
  }

  /// Clears the line that was being rewritten.
  func end() {
    state.withLock { close(&$0) }
  }

  private func line(_ text: String, _ state: inout State) {
    close(&state)
    StandardStream.error.write(text + "\n")
  }

  private func rewrite(_ state: inout State) {
    let now = MonotonicClock.seconds()
    guard now - state.shownAt > 0.1 else { return }
    state.shownAt = now
    state.isLineOpen = true
    StandardStream.error.write(
      "\r\u{1B}[K\(Output.bytes(state.received)) of \(Output.bytes(state.expected)), "
        + "\(state.done) of \(state.layers) layers")
  }

  private func close(_ state: inout State) {
    guard state.isLineOpen else { return }
    state.isLineOpen = false
    StandardStream.error.write("\r\u{1B}[K")
  }
}
