import Synchronization
import Testing

@testable import ImageImport

@Suite("Slots for fetching")
struct FetchSlotsTests {
  /// Counts who is inside.
  private final class Room: Sendable {
    struct State {
      var now = 0
      var most = 0
      var all = 0
    }

    private let state = Mutex(State())

    var counts: State { state.withLock { $0 } }

    func enter() {
      state.withLock { state in
        state.now += 1
        state.all += 1
        state.most = max(state.most, state.now)
      }
    }

    func leave() { state.withLock { $0.now -= 1 } }
  }

  @Test("let no more than their number in, and everybody in the end")
  func bounded() async {
    let slots = FetchSlots(3)
    let room = Room()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          await slots.enter()
          room.enter()
          await Task.yield()
          room.leave()
          await slots.leave()
        }
      }
    }
    let counts = room.counts
    #expect(counts.now == 0 && counts.most <= 3 && counts.all == 50)
    // All are free again.
    for _ in 0..<3 { await slots.enter() }
  }
}
