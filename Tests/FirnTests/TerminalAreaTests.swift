import Testing

@testable import firn

@Suite("The lines that are rewritten")
struct TerminalAreaTests {
  /// What a terminal shows, of the few sequences that are used.
  private struct Screen {
    var lines: [String] = [""]
    var row = 0
    var column = 0

    mutating func write(_ text: String) {
      var rest = Substring(text)
      while let character = rest.popFirst() {
        switch character {
        case "\r": column = 0
        case "\n":
          row += 1
          column = 0
          if row == lines.count { lines.append("") }
        case "\u{1B}": escape(&rest)
        default: put(character)
        }
      }
    }

    private mutating func escape(_ rest: inout Substring) {
      rest.removeFirst()
      let digits = rest.prefix { $0.isNumber }
      rest.removeFirst(digits.count)
      switch rest.removeFirst() {
      case "A": row -= Int(digits) ?? 1
      case "K": lines[row] = String(lines[row].prefix(column))
      case "J":
        lines[row] = String(lines[row].prefix(column))
        lines.removeSubrange((row + 1)...)
      default: Issue.record("a sequence that is not known")
      }
    }

    private mutating func put(_ character: Character) {
      var line = Array(lines[row])
      if column < line.count { line[column] = character } else { line.append(character) }
      lines[row] = String(line)
      column += 1
    }
  }

  @Test("stand where the ones before stood, whatever their number and length")
  func draw() {
    var screen = Screen()
    var area = TerminalArea()
    screen.write("before\n")
    for lines in [["one"], ["a long line", "two", "three"], ["x"], [], ["y", "z"]] {
      screen.write(area.draw(lines))
      #expect(screen.lines == ["before"] + lines + [""])
      #expect(screen.column == 0)
    }
  }

  @Test("make room for others, and come back below them")
  func clear() {
    var screen = Screen()
    var area = TerminalArea()
    screen.write(area.draw(["a", "b"]))
    screen.write(area.clear() + "warning\n")
    #expect(screen.lines == ["warning", ""])
    screen.write(area.draw(["c"]))
    #expect(screen.lines == ["warning", "c", ""])
    screen.write(area.clear())
    #expect(screen.lines == ["warning", ""])
  }

  @Test("are not written when they stand there already, and not cleared when there are none")
  func quiet() {
    var area = TerminalArea()
    #expect(area.clear().isEmpty && area.draw([]).isEmpty)
    #expect(!area.draw(["a"]).isEmpty)
    #expect(area.draw(["a"]).isEmpty)
    #expect(!area.clear().isEmpty)
    #expect(area.clear().isEmpty)
  }

  @Test("are overwritten before anything is cleared, so that they do not flicker")
  func noFlicker() {
    var area = TerminalArea()
    _ = area.draw(["one", "two"])
    let text = area.draw(["ONE", "TWO"])
    #expect(text == "\r\u{1B}[2AONE\u{1B}[K\nTWO\u{1B}[K\n")
  }
}
