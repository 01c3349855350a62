import Synchronization
import Testing

@testable import ImageImport

@Suite("Slots for fetching")
struct FetchSlotsTests {
  @Test("let no more than their number in, and everybody in the end")
  func bounded() async {
    let slots = FetchSlots(3)
    let inside = Mutex((now: 0, most: 0, all: 0))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          await slots.enter()
          inside.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
            state.all += 1
          }
          await Task.yield()
          inside.withLock { $0.now -= 1 }
          await slots.leave()
        }
      }
    }
    let (now, most, all) = inside.withLock { $0 }
    #expect(now == 0 && most <= 3 && all == 50)
    // All are free again.
    for _ in 0..<3 { await slots.enter() }
  }
}
