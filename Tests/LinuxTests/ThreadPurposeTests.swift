import Linux
import Testing

@Suite("What a thread does something for")
struct ThreadPurposeTests {
  private final class Purpose: Sendable {}

  private struct Failure: Error {}

  @Test("holds while a closure runs, one within the other, and also when it throws")
  func nesting() throws {
    let (one, two) = (Purpose(), Purpose())
    #expect(ThreadPurpose.current == nil)
    ThreadPurpose.with(one) {
      #expect(ThreadPurpose.current === one)
      #expect(throws: Failure.self) {
        try ThreadPurpose.with(two) {
          #expect(ThreadPurpose.current === two)
          throw Failure()
        }
      }
      #expect(ThreadPurpose.current === one)
    }
    #expect(ThreadPurpose.current == nil)
  }

  @Test("is the thread's own, and lives as long as it is needed")
  func threads() throws {
    let done = Latch()
    let thread = try ThreadPurpose.with(Purpose()) {
      let mine = ThreadPurpose.current
      let thread = try JoinableThread {
        if ThreadPurpose.current != nil { Issue.record("another thread has it") }
        ThreadPurpose.with(Purpose()) { done.wait() }
      }
      #expect(ThreadPurpose.current === mine && mine != nil)
      return thread
    }
    done.open()
    thread.join()
  }
}
