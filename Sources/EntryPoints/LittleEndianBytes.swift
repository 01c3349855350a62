/// Bytes with little-endian numbers among them.
struct LittleEndianBytes {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The number at an offset; nil unless all of it is there.
  func integer<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type, at offset: Int
  ) -> Number? {
    let size = MemoryLayout<Number>.size
    guard offset >= 0, bytes.count >= size, offset <= bytes.count - size else { return nil }
    return (0..<size).reduce(0) { $0 | Number(bytes[offset + $1]) << Number(8 * $1) }
  }

  /// An address or a size, of 32 or 64 bits, as 64 bits.
  func word(_ width: ELFWidth, at offset: Int) -> UInt64? {
    switch width {
    case .bits32: integer(UInt32.self, at: offset).map(UInt64.init)
    case .bits64: integer(UInt64.self, at: offset)
    }
  }
}
