internal import FoundationEssentials
internal import Linux

/// How commands print what they found.
public enum Output {
  /// Prints a value as JSON, members sorted by name, and a newline.
  public static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    StandardStream.output.write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
  }

  /// A value as JSON on one line, members sorted by name, with a newline.
  public static func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Prints lines.
  public static func lines(_ lines: some Sequence<String>) {
    StandardStream.output.write(lines.map { $0 + "\n" }.joined())
  }

  /// Prints rows in columns of equal width, two spaces apart.
  public static func table(_ rows: [[String]]) {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    lines(
      rows.map { row in
        let cells = row.enumerated().map { column, cell in
          column == row.count - 1
            ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
        }
        return cells.joined(separator: "  ")
      })
  }

  /// A number of bytes for people: three digits and a decimal unit, as `ls --si -h` and Podman do.
  public static func bytes(_ count: UInt64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(count)
    var unit = 0
    while value >= 999.5 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    if unit == 0 { return "\(count) B" }
    let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return "\(fixed(value, digits)) \(units[unit])"
  }

  /// A number with that many digits behind the point.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = UInt64((value * scale).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let whole = scaled / UInt64(scale)
    let rest = String(scaled % UInt64(scale))
    return "\(whole)." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// A time for people and programs: RFC 3339 in UTC.
  public static func time(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
