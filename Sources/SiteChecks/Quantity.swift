/// Numbers as people read them.
enum Quantity {
  /// Bytes with a decimal unit, rounded down.
  static func bytes(_ count: UInt64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = count
    var rest: UInt64 = 0
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      rest = value % 1000 / 100
      value /= 1000
      unit += 1
    }
    return value < 10 && unit > 0 ? "\(value).\(rest) \(units[unit])" : "\(value) \(units[unit])"
  }

  /// A number of seconds in the unit that suits it, rounded down.
  static func seconds(_ count: Int64) -> String {
    let steps: [(Int64, String)] = [
      (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
    ]
    let (size, name) = steps.first { count >= $0.0 * 2 } ?? (1, "second")
    let number = count / size
    return number == 1 ? "1 \(name)" : "\(number) \(name)s"
  }
}
