public import ArgumentParser

/// A length of time on a command line: a whole number and `s`, `m`, `h`, `d` or `w`, or 0.
///
/// For options with a transform, which, unlike a value that the parser knows itself, can say what
/// is wrong; such options say their default in their help.
public struct DurationArgument: Hashable, Sendable {
  /// How lengths are written, for help texts.
  public static let form = "a number and s, m, h, d or w, such as 30s"

  /// The length in seconds; never negative.
  public let seconds: Int64

  private static let units: [(letter: Character, seconds: Int64)] = [
    ("w", 7 * 86_400), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// Takes a length.
  public init(seconds: Int64) { self.seconds = max(0, seconds) }

  /// Reads a length; the error says how they are written.
  public init(parsing argument: String) throws(ValidationError) {
    if argument == "0" {
      seconds = 0
      return
    }
    guard let unit = Self.units.first(where: { argument.last == $0.letter }),
      argument.dropLast().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let count = Int64(argument.dropLast())
    else { throw ValidationError("give \(Self.form)") }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
    guard !overflow else { throw ValidationError("that is too long") }
    seconds = product
  }

  /// The length in the largest unit that gives a whole number.
  public var text: String {
    guard seconds > 0, let unit = Self.units.first(where: { seconds % $0.seconds == 0 }) else {
      return "0"
    }
    return "\(seconds / unit.seconds)\(unit.letter)"
  }
}
