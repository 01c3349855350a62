/// What matters here of a storage.conf (containers-storage.conf(5)).
///
/// Reads as much of TOML as these two settings take: `key = value` with strings and arrays of
/// strings, comments, and arrays over several lines.
struct StorageConfiguration: Equatable {
  /// `additionalimagestores` of every table.
  var additionalStores: [String] = []
  /// `mount_program` of any table; nil when it is not set or empty.
  var mountProgram: String?

  init() {}

  /// Reads a text; what is no setting is passed over.
  init(parsing text: String) {
    var key = ""
    var depth = 0
    for line in text.split(separator: "\n") {
      var line = Line(line)
      if depth == 0 {
        guard let name = line.takeKey() else { continue }
        key = name
      }
      let (strings, change) = line.value()
      depth = max(0, depth + change)
      take(strings, as: key)
    }
  }

  private mutating func take(_ strings: [String], as key: String) {
    // A dotted key means the same as a table.
    switch key.split(separator: ".").last.map(String.init) {
    case "additionalimagestores": additionalStores += strings
    case "mount_program":
      if let program = strings.first, !program.isEmpty { mountProgram = program }
    default: break
    }
  }

  /// The settings of several files together.
  static func + (left: StorageConfiguration, right: StorageConfiguration) -> StorageConfiguration {
    var sum = left
    sum.additionalStores += right.additionalStores
    sum.mountProgram = right.mountProgram ?? left.mountProgram
    return sum
  }

  /// One line, read from the left.
  private struct Line {
    var rest: Substring

    init(_ text: Substring) { rest = text.drop(while: \.isWhitespace) }

    /// The word before the equals sign; nil for comments, tables and other lines.
    mutating func takeKey() -> String? {
      guard rest.first != "#", rest.first != "[", let sign = rest.firstIndex(of: "=") else {
        return nil
      }
      let name = rest[..<sign].filter { !$0.isWhitespace && $0 != "\"" }
      rest = rest[rest.index(after: sign)...]
      return String(name)
    }

    /// The strings up to a comment or the end, and how many brackets more are opened than closed.
    func value() -> (strings: [String], depth: Int) {
      var strings: [String] = []
      var depth = 0
      var quote: Character?
      var current = ""
      for character in rest {
        if let open = quote {
          if character == open {
            strings.append(current)
            quote = nil
          } else {
            current.append(character)
          }
          continue
        }
        switch character {
        case "\"", "'":
          quote = character
          current = ""
        case "#": return (strings, depth)
        case "[": depth += 1
        case "]": depth -= 1
        default: break
        }
      }
      return (strings, depth)
    }
  }
}
