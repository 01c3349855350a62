public import ArgumentParser

/// A length of time on a command line: a whole number and `s`, `m`, `h`, `d` or `w`, or 0.
public struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The length in seconds; never negative.
  public let seconds: Int64

  private static let units: [(letter: Character, seconds: Int64)] = [
    ("w", 7 * 86_400), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// Takes a length.
  public init(seconds: Int64) { self.seconds = max(0, seconds) }

  /// Reads a length; nil for any other text.
  public init?(argument: String) {
    if argument == "0" {
      seconds = 0
      return
    }
    guard let unit = Self.units.first(where: { argument.last == $0.letter }),
      argument.dropLast().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let count = Int64(argument.dropLast())
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
    guard !overflow else { return nil }
    seconds = product
  }

  /// The length in the largest unit that gives a whole number.
  public var defaultValueDescription: String {
    guard seconds > 0, let unit = Self.units.first(where: { seconds % $0.seconds == 0 }) else {
      return "0"
    }
    return "\(seconds / unit.seconds)\(unit.letter)"
  }
}
