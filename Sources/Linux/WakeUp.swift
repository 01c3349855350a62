/// Lets a thread of our own sleep until its time has come or somebody wakes it.
///
/// Thread-safe. Once ended it never sleeps again.
public final class WakeUp: @unchecked Sendable {
  private let lock = WaitingLock()
  private var isDue = false
  private var hasEnded = false

  /// Makes one that nobody has woken.
  public init() {}

  /// Wakes the sleeper; without one, the next sleep is over at once.
  public func now() { lock.change { isDue = true } }

  /// Wakes the sleeper for good.
  public func end() { lock.change { hasEnded = true } }

  /// Sleeps for so many seconds at most; one thread at a time.
  ///
  /// - Returns: false once ``end()`` was called.
  public func wait(seconds: Double) -> Bool {
    lock.wait(
      seconds: seconds, until: { isDue || hasEnded },
      then: {
        isDue = false
        return !hasEnded
      })
  }
}
