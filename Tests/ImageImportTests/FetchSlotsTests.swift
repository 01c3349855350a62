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

  /// The order in which tasks came in.
  private final class Order: Sendable {
    private let state = Mutex<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func add(_ number: Int) { state.withLock { $0.append(number) } }
  }

  /// Waits until so many tasks wait; a minute is for ever.
  private func queue(_ count: Int, at slots: FetchSlots) async throws {
    for _ in 0..<60_000 {
      if await slots.waitingCount == count { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("they do not wait")
  }

  /// One slot, held until the body returns, and tasks that came one after the other.
  private func held(
    _ count: Int, _ order: Order, _ body: @Sendable ([Task<Void, any Error>]) async throws -> Void
  ) async throws -> FetchSlots {
    let slots = FetchSlots(1)
    var tasks: [Task<Void, any Error>] = []
    let (release, releasing) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await slots.using {
        order.add(-1)
        for await _ in release {}
      }
    }
    while order.numbers.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
    for number in 0..<count {
      tasks.append(Task { try await slots.using { order.add(number) } })
      try await queue(number + 1, at: slots)
    }
    try await body(tasks)
    releasing.finish()
    try await holder.value
    for task in tasks { _ = await task.result }
    return slots
  }

  @Test("let tasks in in the order in which they came")
  func order() async throws {
    let order = Order()
    _ = try await held(6, order) { _ in }
    #expect(order.numbers == [-1, 0, 1, 2, 3, 4, 5])
  }

  @Test("let a task that is cancelled go at once, keep the order of the others, and lose no slot")
  func cancelled() async throws {
    let order = Order()
    let slots = try await held(4, order) { tasks in
      tasks[1].cancel()
      await #expect(throws: CancellationError.self) { try await tasks[1].value }
    }
    #expect(order.numbers == [-1, 0, 2, 3])
    #expect(try await slots.using { 7 } == 7)
  }

  @Test("let no more than their number in, and everybody in the end")
  func bounded() async throws {
    let slots = FetchSlots(3)
    let room = Room()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask {
          do {
            try await slots.using {
              room.enter()
              await Task.yield()
              room.leave()
              // Whoever fails leaves, too.
              if number.isMultiple(of: 7) { throw CancellationError() }
            }
          } catch { #expect(number.isMultiple(of: 7)) }
        }
      }
      try await group.waitForAll()
    }
    let counts = room.counts
    #expect(counts.now == 0 && counts.most <= 3 && counts.all == 50)
    // All are free again: three can be inside at once.
    try await slots.using { try await slots.using { try await slots.using {} } }
  }
}
