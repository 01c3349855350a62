import Glibc
import Linux
import Synchronization
import SystemPackage
import Testing

@Suite("Signals", .serialized)
struct SignalWaiterTests {
  /// Waits up to two seconds until something is so.
  private func becomesTrue(_ condition: () -> Bool) -> Bool {
    for _ in 0..<200 where !condition() { usleep(10_000) }
    return condition()
  }

  @Test("become calls on a thread, as often as they come")
  func calls() throws {
    let seen = Log()
    let waiter = try SignalWaiter(SignalWaiter.Signal.allCases) { seen.append($0) }
    for (index, signal) in [SIGTERM, SIGHUP, SIGINT, SIGTERM].enumerated() {
      kill(getpid(), signal)
      #expect(becomesTrue { seen.all.count == index + 1 })
    }
    withExtendedLifetime(waiter) {
      #expect(seen.all == [.terminate, .hangUp, .interrupt, .terminate])
    }
  }

  @Test("have one waiter at a time, and another when that is gone")
  func oneAtATime() throws {
    do {
      let waiter = try SignalWaiter([.hangUp]) { _ in }
      let error = #expect(throws: SystemError.self) { try SignalWaiter([.interrupt]) { _ in } }
      #expect(error?.errno == .resourceBusy)
      withExtendedLifetime(waiter) {}
    }
    let seen = Log()
    let waiter = try SignalWaiter([.hangUp]) { seen.append($0) }
    kill(getpid(), SIGHUP)
    withExtendedLifetime(waiter) { #expect(becomesTrue { seen.all == [.hangUp] }) }
  }

  @Test("interrupt a thread that waits, also one of a pool that blocks all signals")
  func interruption() throws {
    let started = Latch()
    let result = Mutex<Int32>(0)
    let handle = Mutex<InterruptibleThread?>(nil)
    let thread = try JoinableThread {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      handle.withLock { $0 = try? InterruptibleThread.current() }
      started.open()
      var request = timespec(tv_sec: 20, tv_nsec: 0)
      let isInterrupted = nanosleep(&request, nil) == -1 && errno == EINTR
      result.withLock { $0 = isInterrupted ? 1 : 2 }
    }
    started.wait()
    #expect(
      becomesTrue {
        if result.withLock({ $0 }) == 0 { handle.withLock { $0?.interrupt() } }
        return result.withLock { $0 } == 1
      })
    thread.join()
    thread.join()
  }
}

/// The signals that came.
private final class Log: Sendable {
  private let signals = Mutex<[SignalWaiter.Signal]>([])
  var all: [SignalWaiter.Signal] { signals.withLock { $0 } }
  func append(_ signal: SignalWaiter.Signal) { signals.withLock { $0.append(signal) } }
}
