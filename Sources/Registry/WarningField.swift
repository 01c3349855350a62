/// The `Warning` field, which registries use to speak to people (RFC 7234, section 5.5; OCI
/// distribution specification, "Warnings").
enum WarningField {
  /// The texts of code 299 in one field, which may hold several warnings.
  ///
  /// What cannot be understood ends the field; the texts before it stay.
  static func texts(_ field: String) -> [String] {
    var rest = Array(field.utf8)[...]
    var texts: [String] = []
    while true {
      rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
      let code = rest.prefix { $0 != 0x20 }
      rest = rest.dropFirst(code.count).drop { $0 == 0x20 }
      rest = rest.drop { $0 != 0x20 && $0 != UInt8(ascii: "\"") }.drop { $0 == 0x20 }
      guard !code.isEmpty, let text = quoted(&rest) else { return texts }
      // A date may follow.
      if rest.drop(while: { $0 == 0x20 }).first == UInt8(ascii: "\"") {
        rest = rest.drop { $0 == 0x20 }
        guard quoted(&rest) != nil else { return texts }
      }
      if code.elementsEqual("299".utf8) { texts.append(HTTPResponse.printable(text)) }
    }
  }

  /// Takes a quoted string; nil where there is none that ends.
  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    rest.removeFirst()
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
        text.append(escaped)
      } else {
        text.append(byte)
      }
    }
    return nil
  }
}

extension HTTPResponse {
  /// What the registry wants people to read, made printable.
  var warnings: [String] { headers.all("warning").flatMap(WarningField.texts) }
}
