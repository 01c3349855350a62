import Synchronization
import Testing

@testable import Compression

@Suite("ContextPool")
struct ContextPoolTests {
  private final class Context: Sendable {}

  @Test("one caller after the other uses one context")
  func reuse() {
    let made = Mutex(0)
    let pool = ContextPool {
      made.withLock { $0 += 1 }
      return Context()
    }
    for _ in 0..<100 {
      let context = pool.take()
      pool.giveBack(context)
    }
    #expect(made.withLock { $0 } == 1)
  }

  @Test("two callers at once never share a context")
  func exclusive() {
    let pool = ContextPool { Context() }
    let first = pool.take()
    let second = pool.take()
    #expect(first !== second)
    pool.giveBack(first)
    #expect(pool.take() === first)
  }
}
