internal import Store

/// What a collector does to a store, and why: a pure function of a survey and a policy.
///
/// `firn gc --dry-run` prints this value, and a ``Collector`` executes it. What of the catalog
/// changes is decided again on the newest one when it is published, and only less is then done.
public struct CollectionPlan: Hashable, Sendable {
  /// Something that is done to something, or waits to be.
  public struct Step: Hashable, Sendable {
    /// What is done.
    public var action: Action
    /// To what.
    public var subject: Subject
    /// Why.
    public var reason: Reason
    /// How many bytes its file has, where that is known.
    public var bytes: UInt64?

    /// Describes a step.
    public init(_ action: Action, _ subject: Subject, _ reason: Reason, bytes: UInt64? = nil) {
      self.action = action
      self.subject = subject
      self.reason = reason
      self.bytes = bytes
    }
  }

  /// What the plan is made from.
  public let survey: Survey
  /// What it goes by.
  public let policy: CollectionPolicy
  /// The steps in the order in which they are done, and after them what waits.
  public let steps: [Step]

  /// Makes the plan.
  public init(_ survey: Survey, policy: CollectionPolicy) {
    self.survey = survey
    self.policy = policy
    let planning = Planning(survey: survey, policy: policy)
    let all = planning.catalogSteps() + planning.fileSteps() + planning.upkeepSteps()
    steps = all.filter { $0.action != .wait } + all.filter { $0.action == .wait }
  }

  /// Whether there is nothing to be done.
  public var isEmpty: Bool { steps.allSatisfy { $0.action == .wait } }

  /// The subjects of an action.
  public func subjects(of action: Action) -> [Subject] {
    steps.filter { $0.action == action }.map(\.subject)
  }
}
