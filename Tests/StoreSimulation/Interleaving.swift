internal import Linux
internal import Store
internal import Synchronization

/// Actors that use a store at once, one operation at a time, in every order that matters.
///
/// Each run of the same schedule makes the actors take the same steps, so that a failure can be
/// played again. How to write such a test is told in `StoreSimulation.swift`.
public struct Interleaving<World: Sendable>: Sendable {
  /// Somebody who acts on the world, on a thread of its own.
  public struct Actor: Sendable {
    /// What a failure calls it.
    public var name: String
    /// What it does, through its turn; what it throws is kept for the verification.
    public var act: @Sendable (World, Turn) throws -> Void

    /// Makes an actor.
    public init(_ name: String, act: @escaping @Sendable (World, Turn) throws -> Void) {
      self.name = name
      self.act = act
    }
  }

  /// The actors, numbered from 0.
  public var actors: [Actor]
  /// Makes the world anew for each run.
  public var prepare: @Sendable () throws -> World
  /// Looks at the world when all actors have ended, and throws when it is not as it must be.
  public var verify: @Sendable (World, Outcome) throws -> Void
  /// Before which operations ``explore(preemptions:limit:seed:)`` takes the turn away; all at first.
  ///
  /// ``StoreOperation/mayMatterToOthers`` leaves out those that cannot be seen from outside.
  public var preempts: @Sendable (StoreOperation) -> Bool = { _ in true }
  /// After how long a run counts as stuck.
  public var secondsPerRun = 60

  /// Describes runs.
  public init(
    _ actors: [Actor], prepare: @escaping @Sendable () throws -> World,
    verify: @escaping @Sendable (World, Outcome) throws -> Void
  ) {
    self.actors = actors
    self.prepare = prepare
    self.verify = verify
  }

  /// Runs one schedule, such as that of a failure.
  @discardableResult
  public func run(_ schedule: Schedule) throws -> Outcome {
    try run(.schedule(schedule)).outcome
  }

  func run(_ rule: Conductor.Rule) throws -> (outcome: Outcome, steps: [Conductor.Step]) {
    let world = try prepare()
    let conductor = Conductor(actors: actors.count, rule)
    let errors = Mutex<[Int: any Error]>([:])
    let threads = try actors.indices.map { index in
      try JoinableThread { [actor = actors[index]] in
        conductor.awaitTurn(index)
        do {
          try actor.act(world, Turn(conductor: conductor, actor: index))
        } catch {
          errors.withLock { $0[index] = error }
        }
        conductor.end(index)
      }
    }
    let isOver = conductor.run(seconds: secondsPerRun)
    let steps = conductor.steps
    let outcome = Outcome(
      schedule: conductor.schedule, errors: errors.withLock { $0 },
      trace: { [names = actors.map(\.name)] in Outcome.trace(steps, names) })
    guard isOver else {
      throw ScheduleFailure(outcome, Violation("the actors did not come to an end"))
    }
    for thread in threads { thread.join() }
    do {
      try verify(world, outcome)
    } catch {
      throw ScheduleFailure(outcome, error)
    }
    return (outcome, steps)
  }
}

/// What came of one run of an ``Interleaving``.
public struct Outcome: Sendable {
  /// The schedule, to run it again.
  public let schedule: Schedule
  /// What actors threw, by their numbers.
  public let errors: [Int: any Error]
  let trace: @Sendable () -> [String]

  /// The steps, one a line, such as `importer: link generations/2`.
  public var lines: [String] { trace() }

  /// Throws a ``Violation`` unless no actor threw.
  public func requireNoErrors() throws {
    for (actor, error) in errors.sorted(by: { $0.key < $1.key }) {
      throw Violation("actor \(actor) failed: \(error)")
    }
  }

  static func trace(_ steps: [Conductor.Step], _ names: [String]) -> [String] {
    steps.enumerated().map { number, step in
      let name = step.actor >= 0 ? names[step.actor] : "start"
      let what =
        switch step.reason {
        case .start: ""
        case .operation(let operation): ": \(operation)"
        case .pause: ": pauses"
        case .end: ": ends"
        }
      let change = step.next == step.actor ? "" : " -> \(names[step.next])"
      return "\(number) \(name)\(what)\(change)"
    }
  }
}

/// A run whose verification failed, with all that is needed to repeat it.
public struct ScheduleFailure: Error, CustomStringConvertible {
  /// What came of the run.
  public let outcome: Outcome
  /// What the verification threw.
  public let cause: any Error

  init(_ outcome: Outcome, _ cause: any Error) {
    self.outcome = outcome
    self.cause = cause
  }

  /// The cause, the schedule and the steps.
  public var description: String {
    "schedule \"\(outcome.schedule)\": \(cause)\n" + outcome.lines.joined(separator: "\n")
  }
}
