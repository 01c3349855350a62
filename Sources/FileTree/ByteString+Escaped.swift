extension ByteString {
  /// The bytes as printable ASCII without spaces, reversibly: 0x21 to 0x7e stand for themselves
  /// except `\` and `extra`; every other byte is `\x` and two lower-case hex digits.
  public func escaped(also extra: UInt8? = nil) -> String {
    func isPlain(_ byte: UInt8) -> Bool {
      (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "\\") && byte != extra
    }
    if bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
    return bytes.reduce(into: "") { text, byte in
      if isPlain(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x" + hexadecimal(byte)
      }
    }
  }
}

/// Two lower-case hex digits.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return byte < 16 ? "0" + digits : digits
}
