internal import Synchronization

/// A result that one thread works out while others wait for it, so that what several need at once is
/// done once.
///
/// No lock is held while it is worked out. Waiting blocks the thread, as with ``Latch``.
public final class Flight<Value: Sendable, Failure: Error>: Sendable {
  private let latch = Latch()
  private let outcome = Mutex<Result<Value, Failure>?>(nil)

  /// Begins; whoever does must call ``land(_:)``, come what may.
  public init() {}

  /// Gives the result to all who wait, and to all who come later.
  public func land(_ result: Result<Value, Failure>) {
    outcome.withLock { $0 = result }
    latch.open()
  }

  /// The value; waits until it is there.
  public func value() throws(Failure) -> Value {
    while true {
      latch.wait()
      if let result = outcome.withLock({ $0 }) { return try result.get() }
    }
  }

  /// The value; nil when it is not there within so many seconds.
  public func value(within seconds: Double) throws(Failure) -> Value? {
    guard latch.wait(seconds: seconds) else { return nil }
    return try outcome.withLock { $0 }?.get()
  }
}
