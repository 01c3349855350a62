/// Numbers as tar headers and PAX records write them.
///
/// All arithmetic is checked.
enum Numbers {
  /// A numeric header field: octal digits, or base 256 when its first bit is set.
  ///
  /// Octal (POSIX.1-2017, pax, "ustar Interchange Format"): leading spaces and NULs are skipped,
  /// digits end at a space, a NUL or the field's end; blank is 0. Base 256 (GNU tar, star):
  /// big-endian two's complement in all bits but the first. `nil` when neither; the result of
  /// base 256 is also `nil` outside `Int64`.
  static func headerField(_ field: ArraySlice<UInt8>) -> Int64? {
    guard let first = field.first else { return 0 }
    return first & 0x80 == 0 ? octal(field) : base256(field)
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
    let text = field.drop { isBlank($0) }
    let digits = text.prefix { $0 &- UInt8(ascii: "0") < 8 }
    let rest = text[digits.endIndex...].drop { $0 == UInt8(ascii: " ") }
    guard rest.first ?? 0 == 0 else { return nil }
    var value: Int64 = 0
    for digit in digits {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 8)
      if overflow { return nil }
      value = shifted | Int64(digit &- UInt8(ascii: "0"))
    }
    return value
  }

  private static func base256(_ field: ArraySlice<UInt8>) -> Int64? {
    let isNegative = (field.first ?? 0) & 0x40 != 0
    var value: Int64 = isNegative ? -1 : 0
    for (index, byte) in field.enumerated() {
      // The first byte's top bit is the mark; the bit below it is the sign and fills it.
      let digit = index == 0 ? (isNegative ? byte | 0x80 : byte & 0x7F) : byte
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
      if overflow { return nil }
      value = shifted | Int64(digit)
    }
    return value
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 0 }

  /// A decimal number without sign: at least one digit and nothing else; `nil` above `Int64`.
  static func decimal(_ text: ArraySlice<UInt8>) -> UInt64? {
    guard !text.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in text {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(Int64(digit))
      if overflow || carry { return nil }
      value = sum
    }
    return UInt64(value)
  }

  /// A PAX time: `[-]seconds[.fraction]`, rounded down to whole seconds.
  static func time(_ text: ArraySlice<UInt8>) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let parts = text.dropFirst(isNegative ? 1 : 0)
      .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : []
    guard let seconds = decimal(parts[0]),
      fraction.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
    else { return nil }
    guard isNegative else { return Int64(seconds) }
    let hasFraction = fraction.contains { $0 != UInt8(ascii: "0") }
    // At most Int64.max, so that its negative less one is still an Int64.
    return -Int64(seconds) - (hasFraction ? 1 : 0)
  }
}
