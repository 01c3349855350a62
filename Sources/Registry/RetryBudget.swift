/// How often, and after how long, a request is sent again: pure arithmetic.
///
/// Every failure takes from the budget and progress refills it, so that a long download over a
/// bad line ends, while a registry that never delivers is given up.
struct RetryBudget: Sendable {
  /// How many failures in a row are borne.
  let limit: Int
  /// The longest wait that a registry may ask for.
  static let longestWait = Duration.seconds(60)

  private var failures = 0

  init(limit: Int) { self.limit = limit }

  /// How long to wait before the next attempt; nil when there is to be none.
  ///
  /// - Parameters:
  ///   - random: A number in `0..<1`; waits are spread between half and all of
  ///     0.5, 1, 2, 4, … 30 s, and are never shorter than the registry asked for.
  ///   - isFirstContact: Whether the registry has never answered, so that it may not exist at
  ///     all: then two attempts more must do.
  mutating func delay(
    after error: RegistryError, random: Double, isFirstContact: Bool = false
  ) -> Duration? {
    let limit = isFirstContact ? min(limit, 2) : limit
    guard error.isTransient, failures < limit else { return nil }
    let exponential = min(30.0, 0.5 * Double(1 << min(failures, 6)))
    failures += 1
    let jittered = Duration.milliseconds(Int(exponential * (0.5 + random / 2) * 1000))
    return max(jittered, min(error.retryAfter ?? .zero, Self.longestWait))
  }

  /// Something arrived.
  mutating func progressed() { failures = 0 }
}
