public import ArgumentParser

/// A number of bytes on a command line: a whole number, alone or with `K`, `M`, `G` or `T` for
/// powers of 1024.
///
/// For options with a transform, as ``DurationArgument``.
public struct SizeArgument: Hashable, Sendable {
  /// How sizes are written, for help texts.
  public static let form = "bytes, or a number and K, M, G or T, such as 64G"

  /// The number of bytes.
  public let bytes: UInt64

  private static let units: [(letter: Character, bytes: UInt64)] = [
    ("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10),
  ]

  /// Takes a size.
  public init(bytes: UInt64) { self.bytes = bytes }

  /// Reads a size; the error says how they are written.
  public init(parsing argument: String) throws(ValidationError) {
    let unit = Self.units.first { argument.last == $0.letter }
    let digits = argument.dropLast(unit == nil ? 0 : 1)
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let count = UInt64(digits)
    else { throw ValidationError("give \(Self.form)") }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit?.bytes ?? 1)
    guard !overflow else { throw ValidationError("that is too much") }
    bytes = product
  }

  /// The size in the largest unit that gives a whole number.
  public var text: String {
    guard bytes > 0, let unit = Self.units.first(where: { bytes % $0.bytes == 0 }) else {
      return "\(bytes)"
    }
    return "\(bytes / unit.bytes)\(unit.letter)"
  }
}
