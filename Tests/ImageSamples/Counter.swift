internal import Synchronization

/// Counts from many threads.
public final class Counter: Sendable {
  private let number = Atomic(0)

  /// Begins at zero.
  public init() {}

  /// Counts one more.
  public func add() { number.add(1, ordering: .relaxed) }

  /// How many there were.
  public var value: Int { number.load(ordering: .relaxed) }
}
