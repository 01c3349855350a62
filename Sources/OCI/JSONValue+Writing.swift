extension JSONValue {
  /// The value as UTF-8 without white space, members sorted by the bytes of their names, slashes
  /// not escaped.
  ///
  /// Equal values give equal bytes.
  public var bytes: [UInt8] {
    var writer = JSONWriter(indented: false)
    writer.write(self, depth: 0)
    return writer.output
  }

  /// The same with one member or element per line, indented by two spaces, and a final newline.
  public var indentedBytes: [UInt8] {
    var writer = JSONWriter(indented: true)
    writer.write(self, depth: 0)
    return writer.output + [UInt8(ascii: "\n")]
  }
}

extension JSONValue: CustomStringConvertible {
  /// The text of ``bytes``.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Appends values to a buffer.
private struct JSONWriter {
  let indented: Bool
  var output: [UInt8] = []

  init(indented: Bool) { self.indented = indented }

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: output += "null".utf8
    case .bool(let flag): output += (flag ? "true" : "false").utf8
    case .number(let number): output += number.text.utf8
    case .string(let text): write(text)
    case .array(let elements):
      list("[", "]", elements, depth) { writer, element in
        writer.write(element, depth: depth + 1)
      }
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      list("{", "}", sorted, depth) { writer, member in
        writer.write(member.key)
        writer.output.append(UInt8(ascii: ":"))
        if writer.indented { writer.output.append(UInt8(ascii: " ")) }
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func list<Item>(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ items: [Item], _ depth: Int,
    _ write: (inout JSONWriter, Item) -> Void
  ) {
    output.append(UInt8(ascii: open))
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      breakLine(depth + 1)
      write(&self, item)
    }
    if !items.isEmpty { breakLine(depth) }
    output.append(UInt8(ascii: close))
  }

  private mutating func breakLine(_ depth: Int) {
    guard indented else { return }
    output.append(UInt8(ascii: "\n"))
    output += repeatElement(UInt8(ascii: " "), count: 2 * depth)
  }

  private mutating func write(_ text: String) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += "\\\"".utf8
      case UInt8(ascii: "\\"): output += "\\\\".utf8
      case UInt8(ascii: "\n"): output += "\\n".utf8
      case UInt8(ascii: "\r"): output += "\\r".utf8
      case UInt8(ascii: "\t"): output += "\\t".utf8
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        output += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
