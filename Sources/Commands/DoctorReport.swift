internal import SiteChecks

/// The results of `firn doctor` for people.
struct DoctorReport {
  private let results: [CheckResult]

  init(_ results: [CheckResult]) { self.results = results }

  /// A line for each check in columns, and what to do below those that are not harmless.
  var lines: [String] {
    let width = results.map(\.name.count).max() ?? 0
    return results.flatMap { result in
      let subject = result.subject.map { "\($0): " } ?? ""
      let line =
        padded(result.outcome.rawValue, Self.outcomeWidth) + padded(result.name, width) + subject
        + result.sentence
      guard let next = result.nextStep, result.outcome != .ok else { return [line] }
      let indent = String(repeating: " ", count: Self.outcomeWidth + 2)
      return [line, indent + "next: \(next)"]
    }
  }

  private static let outcomeWidth = CheckOutcome.allCases.map(\.rawValue.count).max() ?? 0

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count) + 2)
  }
}
