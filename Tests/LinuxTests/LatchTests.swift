import Linux
import Synchronization
import Testing

@Suite("Latches")
struct LatchTests {
  @Test("hold threads until they are opened, then let all through")
  func holds() throws {
    let latch = Latch()
    let passed = Tally()
    let threads = try (0..<8).map { _ in
      try JoinableThread {
        latch.wait()
        passed.add()
      }
    }
    WallClock.pause(milliseconds: 30)
    #expect(passed.value == 0)
    latch.open()
    for thread in threads { thread.join() }
    #expect(passed.value == 8)
  }

  @Test("hold those who have little time only for that long")
  func limited() throws {
    let latch = Latch()
    let start = MonotonicClock.seconds()
    #expect(!latch.wait(seconds: 0.05))
    #expect(MonotonicClock.seconds() - start >= 0.05)
    #expect(!latch.wait(seconds: -1))
    let opener = try JoinableThread {
      WallClock.pause(milliseconds: 20)
      latch.open()
    }
    #expect(latch.wait(seconds: 60))
    opener.join()
    #expect(latch.wait(seconds: 0))
  }

  @Test("that are open hold nobody, however often they are opened")
  func open() {
    let latch = Latch()
    latch.open()
    latch.open()
    latch.wait()
    latch.wait()
  }

  @Test("show what was written before they were opened")
  func order() throws {
    for _ in 0..<200 {
      let latch = Latch()
      let written = Tally()
      let seen = Tally()
      let reader = try JoinableThread {
        latch.wait()
        if written.value == 1 { seen.add() }
      }
      written.add()
      latch.open()
      reader.join()
      #expect(seen.value == 1)
    }
  }
}

/// Counts from many threads.
final class Tally: Sendable {
  private let number = Atomic(0)

  func add() { number.add(1, ordering: .relaxed) }

  var value: Int { number.load(ordering: .relaxed) }
}
