internal import Dispatch
internal import Store
internal import Synchronization

/// One run of some actors, one at a time, in the order that a schedule says.
///
/// An actor decides by itself, at each of its steps, who goes on, and threads change only when the
/// actor does.
final class Conductor: Sendable {
  /// Why there is something to decide.
  enum Reason: Sendable {
    case start
    case operation(StoreOperation)
    case pause
    case end
  }

  /// What was decided.
  struct Step: Sendable {
    var reason: Reason
    /// Who came to it; -1 at the start.
    var actor: Int
    /// Who could go on.
    var ready: [Int]
    /// Who did.
    var next: Int
  }

  /// Who decides.
  enum Rule: Sendable {
    case schedule(Schedule)
    /// Chance, which changes the actor at one of so many steps.
    case random(RandomNumbers, oneIn: Int)
  }

  private struct State {
    var rule: Rule
    var ready: [Int]
    var steps: [Step] = []
    var departures: [Schedule.Switch] = []
    var isReleased = false
    var tokens: UInt64 = 0
  }

  /// More steps than this are taken for an endless loop.
  static let mostSteps = 1_000_000

  let clock = VirtualClock()
  private let state: Mutex<State>
  private let turns: [DispatchSemaphore]
  private let over = DispatchSemaphore(value: 0)

  init(actors: Int, _ rule: Rule) {
    state = Mutex(State(rule: rule, ready: Array(0..<actors)))
    turns = (0..<actors).map { _ in DispatchSemaphore(value: 0) }
  }

  /// What was decided so far.
  var steps: [Step] { state.withLock { $0.steps } }

  /// The schedule that leads to the same run.
  var schedule: Schedule { state.withLock { Schedule(switches: $0.departures) } }

  /// A new token for an actor: the same in every run of a schedule.
  func token(for actor: Int) -> WriterToken {
    state.withLock { state in
      state.tokens += 1
      return WriterToken(rawValue: UInt64(actor + 1) << 32 + state.tokens)
    }
  }

  func hasEnded(_ actor: Int) -> Bool { state.withLock { !$0.ready.contains(actor) } }

  /// Waits for an actor's first turn.
  func awaitTurn(_ actor: Int) { turns[actor].wait() }

  /// Lets the first actor go, and waits until all have ended.
  ///
  /// - Returns: False when that took too long, in time or steps: the actors were then all let go at
  ///   once, and some may still be running.
  func run(seconds: Int) -> Bool {
    hand(to: decide(.start, -1))
    if over.wait(timeout: .now() + .seconds(seconds)) == .success {
      return state.withLock { !$0.isReleased }
    }
    release()
    _ = over.wait(timeout: .now() + .seconds(5))
    return false
  }

  /// Called by an actor before it does something: comes back when it is its turn.
  func reach(_ reason: Reason, _ actor: Int) {
    guard let next = decide(reason, actor), next != actor else { return }
    turns[next].signal()
    turns[actor].wait()
  }

  /// Called by an actor that will do nothing more.
  func end(_ actor: Int) {
    state.withLock { state in state.ready.removeAll { $0 == actor } }
    hand(to: decide(.end, actor))
  }

  private func hand(to next: Int?) {
    if let next {
      turns[next].signal()
    } else if state.withLock({ $0.ready.isEmpty }) {
      over.signal()
    }
  }

  /// Ends all waiting: the actors go on without order.
  private func release() {
    state.withLock { $0.isReleased = true }
    for turn in turns { turn.signal() }
  }

  /// Who goes on; nil when nobody is left, or when everybody may.
  private func decide(_ reason: Reason, _ actor: Int) -> Int? {
    let (next, isEndless) = state.withLock { state -> (Int?, Bool) in
      guard !state.isReleased, !state.ready.isEmpty else { return (nil, false) }
      let usual = Self.usual(reason, actor, state.ready)
      let next = state.rule.choose(at: state.steps.count, among: state.ready, usual: usual)
      if next != usual {
        state.departures.append(Schedule.Switch(step: state.steps.count, actor: next))
      }
      state.steps.append(Step(reason: reason, actor: actor, ready: state.ready, next: next))
      return (next, state.steps.count > Self.mostSteps)
    }
    guard isEndless else { return next }
    release()
    return nil
  }

  private static func usual(_ reason: Reason, _ actor: Int, _ ready: [Int]) -> Int {
    if case .operation = reason { return actor }
    return ready.first { $0 > actor } ?? ready[0]
  }
}

extension Conductor.Rule {
  mutating func choose(at step: Int, among ready: [Int], usual: Int) -> Int {
    switch self {
    case .schedule(let schedule):
      let wanted = schedule.switches.first { $0.step == step }?.actor
      return wanted.flatMap { ready.contains($0) ? $0 : nil } ?? usual
    case .random(var numbers, let oneIn):
      let isSwitch = Int.random(in: 0..<oneIn, using: &numbers) == 0
      let next = isSwitch ? ready.randomElement(using: &numbers) ?? usual : usual
      self = .random(numbers, oneIn: oneIn)
      return next
    }
  }
}
