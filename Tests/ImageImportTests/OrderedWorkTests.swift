import ImageSamples
import Linux
import Synchronization
import Testing

@testable import ImageImport

@Suite("Work in order")
struct OrderedWorkTests {
  @Test("gives results in the order of the work, however long each took", arguments: [1, 3, 16])
  func order(limit: Int) async {
    var work = OrderedWork<Int, Int>(limit: limit) { number in
      WallClock.pause(milliseconds: (number * 7) % 4)
      return number * 10
    }
    var results: [Int] = []
    for number in 0..<200 {
      if let done = await work.give(number) { results.append(done) }
      #expect(results.count >= number + 1 - limit)
    }
    while let done = await work.take() { results.append(done) }
    #expect(results == (0..<200).map { $0 * 10 })
    #expect(await work.take() == nil)
  }

  @Test("never has more under way than its limit and one")
  func bound() async {
    let running = Running()
    var work = OrderedWork<Int, Void>(limit: 2) { _ in
      running.enter()
      WallClock.pause(milliseconds: 2)
      running.leave()
    }
    for number in 0..<60 { _ = await work.give(number) }
    while await work.take() != nil {}
    #expect(running.most <= 3)
    #expect(running.most > 0)
  }

  @Test("lets go of results that were taken")
  func released() async {
    let alive = Counter()
    let gone = Counter()
    var work = OrderedWork<Int, Lifetime>(limit: 4) { _ in Lifetime(alive, gone) }
    for number in 0..<50 { _ = await work.give(number) }
    #expect(alive.value - gone.value <= 6)
    while await work.take() != nil {}
    #expect(alive.value == 50)
    #expect(gone.value == 50)
  }
}

/// Counts how many are inside at once.
private final class Running: Sendable {
  private let state = Mutex((now: 0, most: 0))

  func enter() {
    state.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
  }

  func leave() { state.withLock { $0.now -= 1 } }

  var most: Int { state.withLock { $0.most } }
}

/// Something whose end is noticed.
private final class Lifetime: Sendable {
  private let gone: Counter

  init(_ alive: Counter, _ gone: Counter) {
    self.gone = gone
    alive.add()
  }

  deinit { gone.add() }
}
