import ArgumentParser
import Commands
import Testing

@Suite("Sizes on the command line")
struct SizeArgumentTests {
  @Test(
    "are whole numbers of bytes or of a unit",
    arguments: [
      ("0", 0), ("1", 1), ("1023", 1023), ("1K", 1024), ("3M", 3 << 20), ("256G", 256 << 30),
      ("2T", 2 << 40), ("18446744073709551615", UInt64.max), ("16777215T", 16_777_215 << 40),
    ])
  func sizes(text: String, bytes: UInt64) throws {
    #expect(try SizeArgument(parsing: text).bytes == bytes)
  }

  @Test(
    "are nothing else",
    arguments: [
      "", "K", "-1", "+1", "1.5G", "1k", "1KB", "1 G", "1KK", "x", "16777216T",
      "18446744073709551616",
    ])
  func others(text: String) {
    let error = #expect(throws: ValidationError.self) { try SizeArgument(parsing: text) }
    let isForm = error?.message == "give bytes, or a number and K, M, G or T, such as 64G"
    #expect(isForm || error?.message == "that is too much")
  }

  @Test(
    "are shown in the largest unit",
    arguments: [(0, "0"), (1, "1"), (1024, "1K"), (1025, "1025"), (256 << 30, "256G")])
  func shown(bytes: UInt64, text: String) throws {
    #expect(SizeArgument(bytes: bytes).text == text)
    #expect(try SizeArgument(parsing: text) == SizeArgument(bytes: bytes))
  }
}
