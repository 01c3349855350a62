/// One challenge of a `WWW-Authenticate` field (RFC 9110, section 11.6.1).
struct Challenge: Hashable, Sendable {
  /// The scheme in lower case, such as `bearer`.
  var scheme: String
  /// The parameters; names in lower case, of equal names the first counts.
  var parameters: [String: String] = [:]

  /// Reads every challenge of every field.
  ///
  /// What cannot be understood ends its field; what was read before it stays.
  static func parse(_ fields: [String]) -> [Challenge] {
    fields.flatMap { field in
      var parser = ChallengeParser(field)
      return parser.challenges()
    }
  }
}

/// Reads one field: schemes and parameters share the comma as separator, so a word is a scheme
/// exactly if no equals sign follows it.
private struct ChallengeParser {
  private let bytes: [UInt8]
  private var position = 0

  init(_ field: String) { bytes = Array(field.utf8) }

  mutating func challenges() -> [Challenge] {
    var found: [Challenge] = []
    while true {
      skip { $0 == UInt8(ascii: ",") || Self.isSpace($0) }
      let word = token()
      guard !word.isEmpty else { return found }
      let afterWord = position
      skip(Self.isSpace)
      if next == UInt8(ascii: "=") {
        guard !found.isEmpty else { return found }
        position += 1
        skip(Self.isSpace)
        guard let value = value() else { return found }
        let last = found.count - 1
        if found[last].parameters[word] == nil { found[last].parameters[word] = value }
      } else {
        position = afterWord
        found.append(Challenge(scheme: word))
        skipToken68()
      }
    }
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
    while let byte = next, isSkipped(byte) { position += 1 }
  }

  private mutating func token() -> String {
    let start = position
    skip(Self.isTokenCharacter)
    return String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
  }

  private mutating func value() -> String? {
    guard next == UInt8(ascii: "\"") else {
      let start = position
      skip { $0 != UInt8(ascii: ",") && !Self.isSpace($0) }
      return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = next else { return nil }
        position += 1
        text.append(escaped)
      default: text.append(byte)
      }
    }
    return nil
  }

  /// Skips what `Negotiate` puts in the place of parameters: base 64 up to a comma or the end.
  private mutating func skipToken68() {
    let start = position
    skip(Self.isSpace)
    skip { Self.isTokenCharacter($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
    skip(Self.isSpace)
    let isWhole = next == nil || next == UInt8(ascii: ",")
    let isParameter = bytes[start..<position].dropLast().contains(UInt8(ascii: "="))
    if !isWhole || (isParameter && !endsInPadding(start..<position)) { position = start }
  }

  /// Whether equals signs stand only at the end.
  private func endsInPadding(_ range: Range<Int>) -> Bool {
    let text = bytes[range].reversed().drop { Self.isSpace($0) || $0 == UInt8(ascii: "=") }
    return !text.contains(UInt8(ascii: "="))
  }
}
