public import Linux
internal import Synchronization

/// Spreads reading over time, so that a check leaves room for the store's users.
///
/// Thread-safe: all threads that share it together read no faster than the limit.
public final class RateLimit: Sendable {
  private let bytesPerSecond: Double
  private let clock: @Sendable () -> Double
  private let sleep: @Sendable (_ seconds: Double) -> Void
  /// When the next bytes may be read.
  private let due: Mutex<Double>

  /// Makes a limit.
  ///
  /// - Parameters:
  ///   - bytesPerSecond: How many bytes may be read in a second; at least 1.
  ///   - clock: Seconds of a clock that never runs backwards.
  ///   - sleep: Waits so many seconds.
  public init(
    bytesPerSecond: UInt64, clock: @escaping @Sendable () -> Double = MonotonicClock.seconds,
    sleep: @escaping @Sendable (_ seconds: Double) -> Void = {
      WallClock.pause(milliseconds: Int($0 * 1000))
    }
  ) {
    self.bytesPerSecond = Double(max(bytesPerSecond, 1))
    self.clock = clock
    self.sleep = sleep
    due = Mutex(clock())
  }

  /// Waits until so many bytes may be read.
  public func wait(for bytes: Int) {
    let now = clock()
    let start = due.withLock { due in
      let start = max(due, now)
      due = start + Double(bytes) / bytesPerSecond
      return start
    }
    if start > now { sleep(start - now) }
  }
}
