import StoreSimulation
import Testing

@testable import Store

@Suite("Whenever the machine crashes, and whatever survives that")
struct MachineCrashTests {
  private func open(_ directory: any StoreDirectory, dead: Bool = false) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(isDead: { _ in dead }))
  }

  @Test(
    "readers see the old catalog or the new, which is never lost again",
    arguments: CrashTests.commands)
  func command(_ command: CrashTests.Command) throws {
    let start = try CrashTests.populated(command.fillers)
    let before = try open(start).newest()
    let states = try CrashSweep.states(from: start) { try command.run(try open($0)) }
    let last = try #require(states.last { $0.survival == .everything || $0.survival == .nothing })
    let new = try open(last.directory).newest()
    #expect(states.count > 50)
    print(command, states.count)
    for state in states {
      let store = try open(state.directory, dead: true)
      let after = try store.newest()
      if state.hasReturned {
        #expect(after == new, "\(state)")
      } else {
        #expect(after == before || after == new, "\(state)")
      }
      try store.clearLeftovers()
      #expect(store.check(.data) == [], "\(state)")
      #expect(state.directory.leftovers == [], "\(state)")
      if after == before { try command.run(try open(state.directory)) }
      let repeated = try store.newest()
      #expect(repeated.images.map(\.names) == new.images.map(\.names), "\(state)")
      #expect(store.check(.data) == [], "repeated: \(state)")
    }
  }
}
