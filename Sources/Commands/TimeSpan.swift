public import ArgumentParser

/// A length of time as an argument: a whole number of seconds, or of minutes, hours, days or weeks
/// with `m`, `h`, `d` or `w`.
public struct TimeSpan: ExpressibleByArgument, Hashable, Sendable {
  /// The length in seconds.
  public let seconds: Int64

  /// A length of so many seconds.
  public init(seconds: Int64) { self.seconds = seconds }

  private static let units: [(suffix: Character, seconds: Int64)] = [
    ("w", 7 * 86_400), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// Reads digits with or without a unit.
  public init?(argument: String) {
    let unit = Self.units.first { $0.suffix == argument.last }
    let digits = unit == nil ? argument[...] : argument.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int64(digits)
    else { return nil }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: unit?.seconds ?? 1)
    guard !overflow else { return nil }
    self.seconds = seconds
  }

  /// The length in the largest unit that gives a whole number.
  public var defaultValueDescription: String {
    guard seconds != 0, let unit = Self.units.first(where: { seconds % $0.seconds == 0 }) else {
      return "\(seconds)"
    }
    return "\(seconds / unit.seconds)\(unit.suffix)"
  }
}
