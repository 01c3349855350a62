extension [UInt8] {
  /// Appends a number, least significant byte first.
  mutating func appendLittleEndian(_ word: some FixedWidthInteger & UnsignedInteger) {
    Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
  }
}
