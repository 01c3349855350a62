import Testing

@testable import Commands

@Suite("Lengths of time")
struct TimeSpanTests {
  @Test(
    "are numbers with a unit, or seconds",
    arguments: [
      ("0", 0), ("90", 90), ("90s", 90), ("2m", 120), ("24h", 86_400), ("14d", 1_209_600),
      ("2w", 1_209_600), ("9223372036854775807", .max),
    ] as [(String, Int64)])
  func parsing(text: String, seconds: Int64) {
    #expect(TimeSpan(argument: text)?.seconds == seconds)
  }

  @Test(
    "are not anything else",
    arguments: [
      "", "h", "-1", "+1", "1.5h", "1 h", "1y", "h1", "1hh", "9223372036854775808",
      "9223372036854775807m", "١h", "0x1",
    ])
  func refused(text: String) { #expect(TimeSpan(argument: text) == nil) }

  @Test("are shown in the largest unit that fits")
  func shown() {
    for text in ["1w", "14h", "10d", "90m", "61s", "0"] {
      #expect(TimeSpan(argument: text)?.defaultValueDescription == text)
    }
    #expect(TimeSpan(seconds: 86_400).defaultValueDescription == "1d")
  }
}
