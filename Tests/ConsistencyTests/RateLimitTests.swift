import Synchronization
import Testing

@testable import Consistency

@Suite("A rate limit")
struct RateLimitTests {
  /// A clock that moves only when somebody sleeps.
  private final class Clock: Sendable {
    let time = Mutex(100.0)
    var now: Double { time.withLock { $0 } }
    func sleep(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  private func limit(_ bytes: UInt64, _ clock: Clock) -> RateLimit {
    RateLimit(bytesPerSecond: bytes, clock: { clock.now }, sleep: { clock.sleep($0) })
  }

  @Test("lets no more bytes through in a time than it says")
  func pace() {
    let clock = Clock()
    let limit = limit(1000, clock)
    for _ in 0..<50 { limit.wait(for: 100) }
    #expect(abs(clock.now - 104.9) < 1e-6, "the first read need not wait")
  }

  @Test("does not make up for time in which nobody read")
  func noBurst() {
    let clock = Clock()
    let limit = limit(1000, clock)
    limit.wait(for: 100)
    clock.sleep(1000)
    let before = clock.now
    for _ in 0..<11 { limit.wait(for: 100) }
    #expect(abs(clock.now - before - 1.0) < 1e-6)
  }

  @Test("of nothing is one byte per second, not a division by zero")
  func zero() {
    let clock = Clock()
    let limit = limit(0, clock)
    limit.wait(for: 2)
    limit.wait(for: 1)
    #expect(clock.now == 102)
  }
}
