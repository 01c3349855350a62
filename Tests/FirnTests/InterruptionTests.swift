import Commands
import Linux
import Testing

@testable import firn

@Suite("Signals")
struct InterruptionTests {
  @Test("cancel the work at first, and end the program when there is a second one")
  func second() {
    let flag = CancellationFlag()
    var cancelled = 0
    var statuses: [Int32] = []
    Interruption.react(to: .interrupt, flag) {
      cancelled += 1
    } end: {
      statuses.append($0)
    }
    #expect(flag.isSet && cancelled == 1 && statuses.isEmpty)
    Interruption.react(to: .interrupt, flag) {
      cancelled += 1
    } end: {
      statuses.append($0)
    }
    Interruption.react(to: .terminate, flag) {
      cancelled += 1
    } end: {
      statuses.append($0)
    }
    #expect(cancelled == 1)
    #expect(statuses == [130, 143])
  }
}
