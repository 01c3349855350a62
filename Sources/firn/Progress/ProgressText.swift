internal import Commands

/// How numbers of an import are written for people; only ASCII, so that a character is a column.
enum ProgressText {
  /// How much of a whole is there, with its unit: `12.5 MB of  300 MB`, always of one width.
  static func amount(_ part: UInt64, of whole: UInt64) -> String {
    "\(right(Output.bytes(part), 7)) of \(right(Output.bytes(whole), 7))"
  }

  /// A number of layers.
  static func layers(_ count: Int) -> String { "\(count) layer\(count == 1 ? "" : "s")" }

  /// A rate, such as `45.0 MB/s`; of one width.
  static func rate(_ bytesPerSecond: Double?) -> String {
    guard let value = bytesPerSecond, value >= 0, value < 1e18 else { return right("-", 9) }
    return right("\(Output.bytes(UInt64(value)))/s", 9)
  }

  /// How long what is missing will take: `0:07`, `12:30`, `1:02:03`, or `-` if nobody knows.
  static func remaining(_ part: UInt64, of whole: UInt64, _ bytesPerSecond: Double?) -> String {
    let left = whole > part ? whole - part : 0
    guard let rate = bytesPerSecond, rate > 0 else { return left == 0 ? "0:00" : "-" }
    let seconds = (Double(left) / rate).rounded(.up)
    return seconds < 100 * 3600 ? time(Int(seconds)) : "-"
  }

  private static func time(_ seconds: Int) -> String {
    let hours = seconds / 3600
    let minutes = seconds / 60 % 60
    let rest = two(seconds % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(rest)" : "\(minutes):\(rest)"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Whole per cent, 100 only when all is there.
  static func percent(_ part: UInt64, of whole: UInt64) -> Int {
    guard whole > 0, part < whole else { return 100 }
    return min(99, Int(Double(part) / Double(whole) * 100))
  }

  /// A bar of so many columns, its brackets included.
  static func bar(_ part: UInt64, of whole: UInt64, columns: Int) -> String {
    let room = max(1, columns - 2)
    guard whole > 0, part < whole else { return "[" + String(repeating: "=", count: room) + "]" }
    let full = min(room - 1, Int(Double(part) / Double(whole) * Double(room)))
    return "[" + String(repeating: "=", count: full) + ">"
      + String(repeating: " ", count: room - full - 1) + "]"
  }

  /// A text moved to the right side of so many columns.
  static func right(_ text: String, _ columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - text.count)) + text
  }

  /// A text of which every character takes one column of a terminal and does nothing else there.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }))
  }
}
