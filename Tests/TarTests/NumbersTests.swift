import Testing

@testable import Tar

@Suite("Numbers")
struct NumbersTests {
  private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

  @Test(
    "an octal field",
    arguments: [
      ("0000644\u{0}", 0o644), ("   644 \u{0}", 0o644), ("00000644", 0o644),
      ("644\u{0}junk", 0o644),
      ("", 0), ("\u{0}\u{0}\u{0}", 0), ("    ", 0), ("7  \u{0}x", 7), ("\u{0}\u{0}17", 0o17),
      ("777777777777777777777", Int64.max), ("1000000000000000000000", nil), ("8", nil),
      ("64a", nil), ("6 4", nil), ("-1", nil), ("+1", nil), ("0x1", nil),
    ] as [(String, Int64?)])
  func octal(text: String, value: Int64?) {
    #expect(Numbers.headerField(bytes(text)) == value)
  }

  @Test(
    "a base 256 field",
    arguments: [
      ([0x80, 0, 0, 0, 0, 0, 0, 1], 1), ([0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFE], 4_294_967_294),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -1),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0], -256),
      ([0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 0x3FFF_FFFF_FFFF_FFFF),
      ([0xC0, 0, 0, 0, 0, 0, 0, 0], -0x4000_0000_0000_0000),
      ([0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7), Int64.max),
      ([0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0], nil),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], Int64.min),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], nil),
      ([0x80], 0), ([0xFF], -1),
    ] as [([UInt8], Int64?)])
  func base256(field: [UInt8], value: Int64?) {
    #expect(Numbers.headerField(field[...]) == value)
  }

  @Test(
    "a decimal number",
    arguments: [
      ("0", 0), ("007", 7), ("9223372036854775807", 9_223_372_036_854_775_807),
      ("9223372036854775808", nil), ("", nil), ("-1", nil), ("+1", nil), (" 1", nil), ("1 ", nil),
      ("1\u{0}", nil), ("1e3", nil),
    ] as [(String, UInt64?)])
  func decimal(text: String, value: UInt64?) {
    #expect(Numbers.decimal(bytes(text)) == value)
  }

  @Test(
    "a time is rounded down",
    arguments: [
      ("0", 0), ("1600000000.987654321", 1_600_000_000), ("1.", 1), ("-1", -1), ("-1.0", -1),
      ("-1.000000000001", -2), ("-0.5", -1), ("-0", 0), ("-0.0", 0),
      ("9223372036854775807.9", Int64.max), ("-9223372036854775807.9", Int64.min),
      ("", nil), ("-", nil), (".5", nil), ("1.5.5", nil), ("1.-5", nil), ("1,5", nil), ("--1", nil),
      ("9223372036854775808", nil),
    ] as [(String, Int64?)])
  func time(text: String, value: Int64?) {
    #expect(Numbers.time(bytes(text)) == value)
  }
}
