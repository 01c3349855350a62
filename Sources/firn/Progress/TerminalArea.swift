/// The last lines of a terminal, which are written again and again: knows what stands there, and
/// what must be written to change it (ECMA-48: CUU, EL, ED).
struct TerminalArea {
  private var shown: [String] = []

  /// What replaces the lines that stand there by others; nothing where they are the same.
  ///
  /// Nothing is cleared before it is written over, so that nothing flickers.
  mutating func draw(_ lines: [String]) -> String {
    guard lines != shown else { return "" }
    var text = up
    for line in lines { text += line + "\u{1B}[K\n" }
    if lines.count < shown.count { text += "\u{1B}[J" }
    shown = lines
    return text
  }

  /// What removes the lines, so that others can be written where they stood.
  mutating func clear() -> String {
    guard !shown.isEmpty else { return "" }
    defer { shown = [] }
    return up + "\u{1B}[J"
  }

  /// To the first column of the first line.
  private var up: String { shown.isEmpty ? "\r" : "\r\u{1B}[\(shown.count)A" }
}
