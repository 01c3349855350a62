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
    var text = "firn: \(failure.sentence)\n"
    if let cause = failure.cause { text += "  cause: \(cause)\n" }
    if let next = failure.nextStep { text += "  next:  \(next)\n" }
    return text
  }

  private var json: String {
    let object = Object(
      code: failure.code.rawValue, message: failure.sentence, cause: failure.cause,
      next: failure.nextStep)
    return (try? Output.jsonLine(object)) ?? lines
  }

  func print() { StandardStream.error.write(text) }
}
