internal import Failures
internal import Store

/// Whether the store opens and its newest generation can be read.
struct StoreStateCheck {
  static let name = "store"

  /// What a store that can be read says of itself.
  struct State {
    var generation: UInt64
    var images: Int
    /// When the newest generation was written, by its writer's clock.
    var written: Int64
  }

  var store: String
  var state: Result<State, Failure>
  /// This host's clock.
  var now: Int64

  var result: CheckResult {
    switch state {
    case .failure(let failure):
      let cause = failure.cause.map { ": \($0)" } ?? ""
      return CheckResult(
        Self.name, of: store, .problem, failure.sentence + cause, nextStep: failure.nextStep)
    case .success(let state):
      let images = state.images == 1 ? "1 image" : "\(state.images) images"
      let (age, overflow) = now.subtractingReportingOverflow(state.written)
      if overflow || age < -Store.clockMargin {
        return CheckResult(
          Self.name, of: store, .warning,
          "generation \(state.generation) with \(images) was written by a clock ahead of ours",
          nextStep: "Set the clocks of all hosts by NTP")
      }
      return CheckResult(
        Self.name, of: store, .ok,
        "generation \(state.generation) with \(images), written \(Quantity.seconds(max(age, 0))) "
          + "ago")
    }
  }
}
