import Glibc

/// A system call that failed, or something that could not be prepared.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String

  init(_ text: String, _ code: Int32 = errno) {
    description = "\(text): \(String(cString: strerror(code)))"
  }
}

/// Seconds of a clock that only runs forward.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Pauses that grow from 1 to 50 ms.
final class Backoff {
  private var microseconds: UInt32 = 1000

  func callAsFunction() {
    usleep(microseconds)
    microseconds = min(microseconds * 2, 50_000)
  }
}

/// Waits until something holds, at most so many seconds; says whether it came to hold.
func eventually(within seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = now() + seconds
  let pause = Backoff()
  while true {
    if try condition() { return true }
    if now() > end { return false }
    pause()
  }
}
