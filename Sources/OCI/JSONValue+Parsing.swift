extension JSONValue {
  /// Reads exactly one JSON value (RFC 8259) and the white space around it.
  ///
  /// Stricter than most readers where their leniency lets two programs see two documents: a name
  /// that occurs twice in one object is refused, as are text that is not UTF-8 and nesting deeper
  /// than 200. A lone UTF-16 surrogate in an escape is read as U+FFFD, as Go does.
  public init(parsing bytes: [UInt8]) throws(OCIError) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }

  /// Reads one JSON value from the UTF-8 of a string.
  public init(parsing text: String) throws(OCIError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// A recursive-descent parser; `position` never leaves `0...bytes.count`.
struct JSONParser {
  static let maximumDepth = 200

  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(OCIError) -> JSONValue {
    let value = try value(depth: 0)
    skipWhiteSpace()
    if position < bytes.count { throw failure("something follows the value") }
    return value
  }

  func failure(_ reason: String) -> OCIError {
    .malformedJSON(reason: reason, offset: position)
  }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipWhiteSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(OCIError) -> JSONValue {
    guard depth < Self.maximumDepth else { throw failure("values are nested too deeply") }
    skipWhiteSpace()
    switch next {
    case nil: throw failure("the text ends too early")
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(OCIError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw failure("a value is expected") }
    position += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(OCIError) -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    skipWhiteSpace()
    if take("}") { return .object(members) }
    repeat {
      skipWhiteSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a member's name is expected") }
      let name = try string()
      skipWhiteSpace()
      guard take(":") else { throw failure("a colon is expected") }
      let value = try value(depth: depth + 1)
      guard members.updateValue(value, forKey: name) == nil else {
        throw failure("an object has two members named '\(OCIError.shown(name))'")
      }
      skipWhiteSpace()
    } while take(",")
    guard take("}") else { throw failure("a comma or a closing brace is expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(OCIError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipWhiteSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipWhiteSpace()
    } while take(",")
    guard take("]") else { throw failure("a comma or a closing bracket is expected") }
    return .array(elements)
  }

  private mutating func number() throws(OCIError) -> JSONNumber {
    let start = position
    _ = take("-")
    if !take("0"), skipDigits() == 0 { throw failure("a value is expected") }
    if take("."), skipDigits() == 0 { throw failure("a digit is expected") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      if skipDigits() == 0 { throw failure("a digit is expected") }
    }
    return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }
}
