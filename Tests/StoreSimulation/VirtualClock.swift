internal import Synchronization

/// A clock that stands still until a test moves it.
///
/// Thread-safe.
public final class VirtualClock: Sendable {
  private let time: Mutex<Int64>

  /// Begins at some seconds since the epoch.
  public init(_ start: Int64 = 1_000_000) { time = Mutex(start) }

  /// Seconds since the epoch.
  public var now: Int64 { time.withLock { $0 } }

  /// Moves the clock.
  public func advance(by seconds: Int64) { time.withLock { $0 += seconds } }
}
