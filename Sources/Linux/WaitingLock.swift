internal import Glibc

/// A lock with something to wait for, by the clock that never runs backwards: what ``Latch`` and
/// ``WakeUp`` are made of.
///
/// Thread-safe. The closures run with the lock held.
final class WaitingLock: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  init() {
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

  /// Changes what others wait for, and wakes them.
  func change(_ body: () -> Void) {
    pthread_mutex_lock(mutex)
    body()
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Waits until something holds.
  func wait(until condition: () -> Bool) {
    pthread_mutex_lock(mutex)
    while !condition() { pthread_cond_wait(self.condition, mutex) }
    pthread_mutex_unlock(mutex)
  }

  /// Waits until something holds, for so many seconds at most.
  ///
  /// - Returns: What the second closure says at the end, under the same lock.
  func wait<Result>(
    seconds: Double, until condition: () -> Bool, then result: () -> Result
  ) -> Result {
    let due = MonotonicClock.seconds() + max(seconds, 0)
    var time = timespec(tv_sec: Int(due), tv_nsec: Int((due - due.rounded(.down)) * 1e9))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !condition() {
      if pthread_cond_timedwait(self.condition, mutex, &time) != 0 { break }
    }
    return result()
  }
}
