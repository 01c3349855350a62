/// Who goes on when, among the actors of an ``Interleaving``: where it departs from the rule.
///
/// The rule is that an actor goes on until it ends or pauses; then it is the turn of the next one
/// that has not ended, in the order of their numbers and round and round. The text form, such as
/// `0:1 17:0` for "actor 1 begins, and at step 17 it is actor 0's turn", is what a failure prints
/// and what ``init(_:)`` reads.
public struct Schedule: Hashable, Sendable {
  /// A departure from the rule.
  public struct Switch: Hashable, Sendable {
    /// The step, counted from 0: an operation that is about to be done, a pause, an actor's end.
    public var step: Int
    /// Whose turn it is then, counted from 0.
    public var actor: Int

    /// Makes a departure.
    public init(step: Int, actor: Int) {
      self.step = step
      self.actor = actor
    }
  }

  /// The departures, ascending by step.
  public var switches: [Switch]

  /// Makes a schedule; without departures the actors run one after the other.
  public init(switches: [Switch] = []) { self.switches = switches }
}

extension Schedule: LosslessStringConvertible {
  /// Reads the text form; nil for another text.
  public init?(_ text: String) {
    var switches: [Switch] = []
    for word in text.split(separator: " ") {
      let parts = word.split(separator: ":").compactMap { Int($0) }
      guard parts.count == 2 else { return nil }
      switches.append(Switch(step: parts[0], actor: parts[1]))
    }
    self.init(switches: switches)
  }

  /// The text form.
  public var description: String {
    switches.map { "\($0.step):\($0.actor)" }.joined(separator: " ")
  }
}
