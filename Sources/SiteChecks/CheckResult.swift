/// How a check ended, the harmless first.
public enum CheckOutcome: String, Codable, CaseIterable, Comparable, Sendable {
  /// All is as it should be.
  case ok
  /// Nothing is wrong, and there is something to know.
  case note
  /// Something works less well than it could, or may fail later.
  case warning
  /// Something does not work.
  case problem

  /// Orders by severity.
  public static func < (left: CheckOutcome, right: CheckOutcome) -> Bool {
    left.severity < right.severity
  }

  private var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What one check of a site found.
public struct CheckResult: Hashable, Codable, Sendable {
  /// The stable name of the check, as firn-doctor(1) lists it.
  public var name: String
  /// What was checked: a store, a mount point; nil for the machine as a whole.
  public var subject: String?
  /// How it ended.
  public var outcome: CheckOutcome
  /// One sentence without a final period.
  public var sentence: String
  /// What to do about it, as an imperative sentence.
  public var nextStep: String?

  /// The members in JSON, called as those of an error (firn(1), "DIAGNOSTICS").
  private enum CodingKeys: String, CodingKey {
    case name, subject, outcome
    case sentence = "message"
    case nextStep = "next"
  }

  /// Makes a result.
  public init(
    _ name: String, of subject: String? = nil, _ outcome: CheckOutcome, _ sentence: String,
    nextStep: String? = nil
  ) {
    self.name = name
    self.subject = subject
    self.outcome = outcome
    self.sentence = sentence
    self.nextStep = nextStep
  }
}
