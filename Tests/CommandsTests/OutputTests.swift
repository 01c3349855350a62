import Testing

@testable import Commands

@Suite("Output")
struct OutputTests {
  @Test(
    "shows numbers of bytes with three digits",
    arguments: [
      (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.00 kB"), (1004, "1.00 kB"),
      (1005, "1.00 kB"), (1006, "1.01 kB"), (9994, "9.99 kB"), (9996, "10.0 kB"),
      (99_949, "99.9 kB"), (99_951, "100 kB"), (131_072, "131 kB"), (999_499, "999 kB"),
      (999_500, "1.00 MB"), (1_000_000, "1.00 MB"), (6_300_000_000, "6.30 GB"),
      (.max, "18.4 EB"),
    ] as [(UInt64, String)])
  func bytes(count: UInt64, text: String) {
    // 1005 is 1.005, which no binary fraction is: either neighbour is right.
    let shown = Output.bytes(count)
    #expect(shown == text || (count == 1005 && shown == "1.01 kB"))
  }

  @Test("shows every number of bytes in at most four digits and a unit")
  func width() {
    var count: UInt64 = 1
    while count < UInt64.max / 3 {
      for value in [count - 1, count, count + 1] {
        let text = Output.bytes(value)
        #expect(text.count <= 8 && text.contains(" "), "\(value): \(text)")
      }
      count += count / 2 + 1
    }
  }

  @Test("shows fractions with as many digits as asked for")
  func fixed() {
    #expect(Output.fixed(1.5, 0) == "2")
    #expect(Output.fixed(0.04, 1) == "0.0")
    #expect(Output.fixed(0.05, 2) == "0.05")
    #expect(Output.fixed(12.3456, 3) == "12.346")
    #expect(Output.fixed(9.999, 2) == "10.00")
  }

  @Test("shows times as RFC 3339 in UTC")
  func time() {
    #expect(Output.time(0) == "1970-01-01T00:00:00Z")
    #expect(Output.time(1_704_164_645) == "2024-01-02T03:04:05Z")
    #expect(Output.time(-1) == "1969-12-31T23:59:59Z")
  }
}
