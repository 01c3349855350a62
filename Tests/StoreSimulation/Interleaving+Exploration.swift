/// How many runs of an ``Interleaving`` there were, none of which failed.
public struct Exploration: Hashable, Sendable {
  /// How many schedules were run.
  public var runs = 0
  /// Whether those were all that were asked for; else they are a sample.
  public var isExhaustive = true
  /// The most steps that a run had.
  public var mostSteps = 0
}

extension Interleaving {
  /// Runs every schedule with at most so many preemptions.
  ///
  /// A preemption is a place where an actor has to wait although it could go on. Who begins and who
  /// follows on an actor that ended is tried in every way, and does not count.
  ///
  /// Most errors of concurrent programs need but two preemptions (Musuvathi and Qadeer, PLDI 2007).
  /// - Parameters:
  ///   - limit: How many schedules are run; if there are more, those with fewest preemptions, and
  ///     of those with as many a sample.
  ///   - seed: Decides the sample.
  /// - Throws: ``ScheduleFailure`` for the first that fails.
  @discardableResult
  public func explore(
    preemptions: Int = 2, limit: Int = .max, seed: UInt64 = 1
  ) throws -> Exploration {
    var random = RandomNumbers(seed: seed)
    var result = Exploration()
    var level = [Schedule()]
    for used in 0...max(0, preemptions) {
      var following: [Schedule] = []
      level.shuffle(using: &random)
      while let schedule = level.popLast() {
        guard result.runs < limit else {
          result.isExhaustive = false
          return result
        }
        let steps = try run(.schedule(schedule)).steps
        result.runs += 1
        result.mostSteps = max(result.mostSteps, steps.count)
        for (step, isPreemption) in departures(after: schedule, steps) {
          let next = Schedule(switches: schedule.switches + [step])
          if !isPreemption {
            level.append(next)
          } else if used < preemptions {
            following.append(next)
          }
        }
      }
      level = following
    }
    return result
  }

  /// The ways to go on otherwise than a run did, after the last departure it was told.
  private func departures(
    after schedule: Schedule, _ steps: [Conductor.Step]
  ) -> [(Schedule.Switch, isPreemption: Bool)] {
    let first = schedule.switches.last.map { $0.step + 1 } ?? 0
    guard first < steps.count else { return [] }
    var found: [(Schedule.Switch, isPreemption: Bool)] = []
    for (number, step) in steps.enumerated().dropFirst(first) {
      var isPreemption = true
      switch step.reason {
      case .start, .end: isPreemption = false
      case .operation(let operation): if !preempts(operation) { continue }
      case .pause: break
      }
      for actor in step.ready where actor != step.next {
        found.append((Schedule.Switch(step: number, actor: actor), isPreemption))
      }
    }
    return found
  }

  /// Runs so many schedules that chance makes, the same ones for the same seed.
  ///
  /// - Throws: ``ScheduleFailure`` for the first that fails; it has the schedule, so that the seed
  ///   is not needed to repeat it.
  @discardableResult
  public func explore(random runs: Int, seed: UInt64) throws -> Exploration {
    var random = RandomNumbers(seed: seed)
    var result = Exploration(isExhaustive: false)
    for number in 0..<runs {
      let rule = Conductor.Rule.random(
        RandomNumbers(seed: random.next()), oneIn: [2, 5, 20][number % 3])
      let steps = try run(rule).steps
      result.runs += 1
      result.mostSteps = max(result.mostSteps, steps.count)
    }
    return result
  }
}
