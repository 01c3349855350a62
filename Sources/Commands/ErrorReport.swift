internal import Failures
internal import Linux

/// A failure as the user sees it on standard error.
///
/// For people: what failed, why, and what to do, each on a line of its own. Where the command was
/// given `--json`: one object on one line with `code`, `message`, `cause` and `next`.
struct ErrorReport {
  private struct Object: Encodable {
    let code: String
    let message: String
    let cause: String?
    let next: String?
  }

  private let failure: Failure
  private let isJSON: Bool

  init(_ failure: Failure, arguments: [String] = CommandLine.arguments) {
    self.failure = failure
    isJSON = arguments.contains("--json")
  }

  /// The text, with a newline at its end.
  var text: String {
    isJSON ? json : lines
  }

  private var lines: String {
    var text = "firn: \(Self.printable(failure.sentence))\n"
    if let cause = failure.cause { text += "  cause: \(Self.printableLines(cause))\n" }
    if let next = failure.nextStep { text += "  next:  \(Self.printable(next))\n" }
    return text
  }

  /// Several lines stand below each other, none of them where a line of the report begins.
  private static func printableLines(_ text: String) -> String {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { printable(String($0)) }.joined(separator: "\n         ")
  }

  /// A text on one line without control characters, which may be of strangers and would talk to the
  /// terminal.
  static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "?" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private var json: String {
    let object = Object(
      code: failure.code.rawValue, message: failure.sentence, cause: failure.cause,
      next: failure.nextStep)
    return (try? Output.jsonLine(object)) ?? lines
  }

  func print() { StandardStream.error.write(text) }
}
