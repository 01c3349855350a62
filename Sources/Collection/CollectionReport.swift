/// What a collector has done.
public struct CollectionReport: Hashable, Sendable {
  /// How often each action was done to something.
  public private(set) var counts: [Action: Int] = [:]
  /// How many bytes the files had that were removed, as far as their sizes were known.
  public internal(set) var removedBytes: UInt64 = 0

  /// A report of nothing.
  public init() {}

  /// How often an action was done to something.
  public subscript(action: Action) -> Int { counts[action] ?? 0 }

  mutating func count(_ action: Action, _ number: Int) {
    if number > 0 { counts[action, default: 0] += number }
  }
}
