import Testing

/// What a failed command printed on standard error: `firn: …`, `  cause: …`, `  next:  …`.
struct FailureReport {
  var sentence: String?
  var cause: String?
  var next: String?
  /// What was said before that did not end the command.
  var notices: [String] = []
  /// Lines of another form.
  var others: [String] = []

  init(_ text: String) {
    for line in text.split(separator: "\n").map(String.init) {
      if line.hasPrefix("firn: notice: ") {
        notices.append(line)
      } else if sentence == nil, line.hasPrefix("firn: ") {
        sentence = String(line.dropFirst(6))
      } else if cause == nil, line.hasPrefix("  cause: ") {
        cause = String(line.dropFirst(9))
      } else if next == nil, line.hasPrefix("  next:  ") {
        next = String(line.dropFirst(9))
      } else {
        others.append(line)
      }
    }
  }
}

extension Command.Outcome {
  /// Expects a failure with one clear message that says what to do next.
  ///
  /// - Parameter mentions: Words that the message as a whole must contain.
  func expectFailure(
    _ status: Int32, mentions: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = FailureReport(errors)
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
    #expect(report.sentence != nil, "no message: \(self)", sourceLocation: sourceLocation)
    #expect(report.next != nil, "no next step: \(self)", sourceLocation: sourceLocation)
    #expect(report.others == [], "more than one message", sourceLocation: sourceLocation)
    for word in mentions {
      #expect(errors.contains(word), "no '\(word)' in: \(self)", sourceLocation: sourceLocation)
    }
    for word in ["Error(", "SystemError", "Errno", "Optional("] {
      #expect(!errors.contains(word), "debugging text: \(self)", sourceLocation: sourceLocation)
    }
  }
}
