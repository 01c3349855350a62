internal import Glibc

/// Lets a thread of our own sleep until its time has come or somebody wakes it.
///
/// Thread-safe. Once ended it never sleeps again.
public final class WakeUp: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var isDue = false
  private var hasEnded = false

  /// Makes one that nobody has woken.
  public init() {
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Wakes the sleeper; without one, the next sleep is over at once.
  public func now() {
    pthread_mutex_lock(mutex)
    isDue = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Wakes the sleeper for good.
  public func end() {
    pthread_mutex_lock(mutex)
    hasEnded = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Sleeps for so many seconds at most; one thread at a time.
  ///
  /// - Returns: false once ``end()`` was called.
  public func wait(seconds: Double) -> Bool {
    let due = MonotonicClock.seconds() + max(seconds, 0)
    var time = timespec(tv_sec: Int(due), tv_nsec: Int((due - due.rounded(.down)) * 1e9))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isDue && !hasEnded {
      if pthread_cond_timedwait(condition, mutex, &time) != 0 { break }
    }
    isDue = false
    return !hasEnded
  }
}
