import Linux
import Testing

@Suite("Waking up")
struct WakeUpTests {
  @Test("happens when the time has come")
  func time() {
    let wake = WakeUp()
    let start = MonotonicClock.seconds()
    #expect(wake.wait(seconds: 0.05))
    let slept = MonotonicClock.seconds() - start
    #expect(slept >= 0.05)
    #expect(slept < 5)
  }

  @Test("happens at once when somebody asks for it, before or while asleep")
  func now() throws {
    let wake = WakeUp()
    wake.now()
    let start = MonotonicClock.seconds()
    #expect(wake.wait(seconds: 60))
    let thread = try JoinableThread {
      WallClock.pause(milliseconds: 20)
      wake.now()
    }
    #expect(wake.wait(seconds: 60))
    thread.join()
    #expect(MonotonicClock.seconds() - start < 30)
  }

  @Test("is asked for once only: the next sleep is a sleep")
  func once() {
    let wake = WakeUp()
    wake.now()
    wake.now()
    #expect(wake.wait(seconds: 60))
    let start = MonotonicClock.seconds()
    #expect(wake.wait(seconds: 0.05))
    #expect(MonotonicClock.seconds() - start >= 0.05)
  }

  @Test("for good ends all sleep", arguments: [true, false])
  func end(beforehand: Bool) throws {
    let wake = WakeUp()
    if beforehand { wake.end() }
    let thread = try JoinableThread {
      WallClock.pause(milliseconds: 10)
      wake.end()
    }
    #expect(!wake.wait(seconds: 60))
    #expect(!wake.wait(seconds: 60))
    thread.join()
  }

  @Test("takes negative times and zero for no time at all", arguments: [0, -1, -1e9])
  func noTime(seconds: Double) {
    let wake = WakeUp()
    let start = MonotonicClock.seconds()
    #expect(wake.wait(seconds: seconds))
    #expect(MonotonicClock.seconds() - start < 5)
  }
}
