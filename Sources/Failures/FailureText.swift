/// A failure on its way from one process to another.
public enum FailureText {
  /// The failure in four lines.
  public static func encode(_ failure: Failure) -> String {
    [failure.code.rawValue, failure.sentence, failure.cause ?? "", failure.nextStep ?? ""]
      .map { $0.replacing("\n", with: " ") }.joined(separator: "\n")
  }

  /// The failure of four lines; nil for any other text.
  public static func decode(_ text: String) -> Failure? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let body =
      lines.first?.hasPrefix("F") == true
      ? [String(lines[0].dropFirst())] + lines.dropFirst() : lines
    guard body.count == 4, let code = FailureCode(rawValue: body[0]) else { return nil }
    return Failure(
      code, body[1], cause: body[2].isEmpty ? nil : body[2],
      nextStep: body[3].isEmpty ? nil : body[3])
  }
}
