/// Whether a server that has died is started again, and when.
///
/// One that has served for a while is started at once, whatever it died of. One that dies early is
/// started after a pause that doubles; after so many early deaths in a row it is given up, since what
/// killed it, perhaps one request that is sent again to each, will kill the next.
struct RestartRules: Sendable {
  /// What is to be done.
  enum Step: Equatable, Sendable {
    /// Start another after so many seconds.
    case start(after: Double)
    /// Start no other.
    case giveUp
  }

  /// For how many seconds a server has served that did not die early.
  var youth: Double = 1
  /// How many servers may die early in a row.
  var limit = 5
  /// The pause after the second early death, in seconds.
  var pause: Double = 0.1
  private var early = 0

  /// How many servers have died early in a row.
  var earlyDeaths: Int { early }

  /// Notes a death.
  ///
  /// - Parameter service: For how many seconds the server has answered; nil when it never did.
  mutating func note(deathAfter service: Double?) -> Step {
    if let service, service >= youth { early = 0 } else { early += 1 }
    if early >= limit { return .giveUp }
    return .start(after: early < 2 ? 0 : pause * Double(1 << min(early - 2, 6)))
  }
}
