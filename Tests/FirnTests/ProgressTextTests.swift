import Testing

@testable import firn

@Suite("Numbers of an import, for people")
struct ProgressTextTests {
  @Test(
    "that are times have as few parts as they need",
    arguments: [
      (0, 100, 100.0, "0:01"), (0, 100, 10, "0:10"), (0, 6000, 100, "1:00"),
      (0, 61, 1, "1:01"), (0, 3600, 1, "1:00:00"), (0, 3723, 1, "1:02:03"),
      (0, 359_999, 1, "99:59:59"), (0, 360_000, 1, "-"), (100, 100, 5, "0:00"),
      (200, 100, 5, "0:00"), (0, 101, 100, "0:02"),
    ] as [(UInt64, UInt64, Double, String)])
  func times(part: UInt64, whole: UInt64, rate: Double, text: String) {
    #expect(ProgressText.remaining(part, of: whole, rate) == text)
  }

  @Test("that are times are not guessed", arguments: [nil, 0, -1] as [Double?])
  func unknown(rate: Double?) {
    #expect(ProgressText.remaining(1, of: 100, rate) == "-")
    #expect(ProgressText.remaining(100, of: 100, rate) == "0:00")
  }

  @Test("that are shares reach 100 only when all is there")
  func percent() {
    #expect(ProgressText.percent(0, of: 10) == 0)
    #expect(ProgressText.percent(5, of: 10) == 50)
    #expect(ProgressText.percent(.max - 1, of: .max) == 99)
    #expect(ProgressText.percent(10, of: 10) == 100)
    #expect(ProgressText.percent(11, of: 10) == 100)
    #expect(ProgressText.percent(0, of: 0) == 100)
  }

  @Test("that are bars have the width they are told, and are full only when all is there")
  func bars() {
    #expect(ProgressText.bar(0, of: 100, columns: 12) == "[>         ]")
    #expect(ProgressText.bar(50, of: 100, columns: 12) == "[=====>    ]")
    #expect(ProgressText.bar(99, of: 100, columns: 12) == "[=========>]")
    #expect(ProgressText.bar(100, of: 100, columns: 12) == "[==========]")
    #expect(ProgressText.bar(0, of: 0, columns: 12) == "[==========]")
    for columns in 3...60 {
      for part in stride(from: UInt64(0), through: 110, by: 1) {
        #expect(ProgressText.bar(part, of: 100, columns: columns).count == columns)
      }
    }
  }

  @Test("do not change their width as they grow")
  func widths() {
    var count: UInt64 = 1
    while count < .max / 3 {
      #expect(ProgressText.amount(count / 2, of: count).count == 18)
      #expect(ProgressText.rate(Double(count)).count == 9 || count >= 1_000_000_000_000_000_000)
      count += count / 2 + 1
    }
    #expect(ProgressText.rate(nil) == "        -")
    #expect(ProgressText.rate(.nan).count == 9 && ProgressText.rate(.infinity).count == 9)
  }

  @Test("and names can do nothing to a terminal")
  func plain() {
    #expect(ProgressText.plain("oci:a/b:1") == "oci:a/b:1")
    #expect(ProgressText.plain("a\u{1B}[2Jb\n\tc\u{7F}") == "a?[2Jb??c?")
    #expect(ProgressText.plain("é漢") == "??")
  }
}
