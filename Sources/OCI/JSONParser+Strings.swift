extension JSONParser {
  /// Reads a string; `position` is at its opening quote.
  mutating func string() throws(OCIError) -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      guard let byte = next else { throw failure("a string does not end") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try decoded(text)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw failure("a control character is not escaped")
      default: text.append(byte)
      }
    }
  }

  private func decoded(_ text: [UInt8]) throws(OCIError) -> String {
    guard let string = String(validating: text, as: UTF8.self) else {
      throw failure("a string is not UTF-8")
    }
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws(OCIError) {
    guard let byte = next else { throw failure("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += String(Character(try scalar())).utf8
    default: throw failure("an escape is not known")
    }
  }

  /// Reads the digits after `\u`, and a second escape where the first is a high surrogate.
  private mutating func scalar() throws(OCIError) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let afterFirst = position
    if (0xD800..<0xDC00).contains(first), take("\\"), take("u") {
      let second = try codeUnit()
      if (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      {
        return scalar
      }
    }
    position = afterFirst
    return "\u{FFFD}"
  }

  private mutating func codeUnit() throws(OCIError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits are expected")
      }
      position += 1
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
