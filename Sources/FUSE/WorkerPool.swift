internal import CFuse
internal import Glibc
internal import Linux
internal import Synchronization

/// The threads that answer a session's requests.
///
/// As many as have work, up to a limit; a few are kept without. When all of them have been at work
/// for a while and not one request was answered, they hang, in all likelihood on a file system that
/// is dead: then there are more of them, up to ``mostStuck``, so that what needs no dead file system
/// is answered all the same. No request is taken from the kernel that is not answered: whoever
/// shares the device, as a server that takes over does, gets all others.
final class WorkerPool: Sendable {
  private struct State: Sendable {
    var workers: [ObjectIdentifier: Worker] = [:]
    /// How many threads there are, and how many of them wait for requests.
    var count = 0
    var available = 0
    var answered: UInt64 = 0
    var isEnding = false
    var failure: Int32 = 0
  }

  /// One thread; whether it waits for a request, which may be interrupted.
  private final class Worker: Sendable {
    let thread: InterruptibleThread
    let isReading = Atomic(false)
    init(_ thread: InterruptibleThread) { self.thread = thread }
  }

  /// How many threads there are at most while requests hang.
  static let mostStuck = 512
  /// For how many seconds no request is answered before more threads are made.
  private static let stuckAfter: Double = 0.1
  /// How many seconds ``run()`` waits at its end for requests that hang.
  private static let patience: Double = 5

  private let connection: Connection
  private let limit: Int
  private let idle: Int
  private let reserve: Int
  private let state = Mutex(State())
  private let wakeUp = WakeUp()

  /// - Parameters:
  ///   - limit: How many threads there are at most while requests are answered.
  ///   - idle: How many threads without work are kept.
  ///   - reserve: How many threads there are at most while requests hang.
  init(_ connection: Connection, limit: Int, idle: Int, reserve: Int = WorkerPool.mostStuck) {
    self.connection = connection
    self.limit = max(limit, 1)
    self.idle = max(idle, 1)
    self.reserve = max(reserve, self.limit)
  }

  /// Answers requests until ``end()`` or the end of the connection; then waits for requests that
  /// are being answered, but not for ever.
  ///
  /// - Returns: 0, or less for an error of the connection, as libfuse says it.
  func run() -> Int32 {
    guard grow(by: 1) else { return -EAGAIN }
    watch()
    let deadline = MonotonicClock.seconds() + Self.patience
    while interruptReaders(), MonotonicClock.seconds() < deadline { usleep(2_000) }
    return state.withLock { $0.failure }
  }

  /// Makes ``run()`` return; may be called from any thread.
  func end() {
    state.withLock { $0.isEnding = true }
    wakeUp.now()
  }

  /// Sleeps until the end, and makes threads when the others hang.
  private func watch() {
    var last: (answered: UInt64, at: Double)?
    while true {
      let (isOver, isFull, answered, count) = state.withLock { state in
        (state.isEnding || state.count == 0, isCrowded(state), state.answered, state.count)
      }
      if isOver { return }
      let now = MonotonicClock.seconds()
      if !isFull {
        last = nil
      } else if last?.answered != answered {
        last = (answered, now)
      } else if let since = last?.at, now - since >= Self.stuckAfter {
        _ = grow(by: min(count, reserve - count))
        last = (answered, now)
      }
      _ = wakeUp.wait(seconds: isFull ? Self.stuckAfter : 3600)
    }
  }

  /// Whether all threads there may usually be are at work.
  private func isCrowded(_ state: State) -> Bool {
    state.available == 0 && state.count >= limit && state.count < reserve
  }

  /// Interrupts all threads that wait for requests; whether any thread is left.
  private func interruptReaders() -> Bool {
    state.withLock { state in
      for worker in state.workers.values where worker.isReading.load(ordering: .relaxed) {
        worker.thread.interrupt()
      }
      return state.count > 0
    }
  }
}

// MARK: - One thread

extension WorkerPool {
  /// Starts threads; whether there are any.
  private func grow(by count: Int) -> Bool {
    for _ in 0..<max(count, 0) {
      state.withLock {
        $0.count += 1; $0.available += 1
      }
      if (try? JoinableThread { self.work() }) == nil { retire(nil) }
    }
    return state.withLock { $0.count > 0 }
  }

  private func retire(_ worker: Worker?) {
    let isLast = state.withLock { state in
      if let worker { state.workers[ObjectIdentifier(worker)] = nil }
      state.count -= 1
      state.available -= 1
      return state.count == 0
    }
    if isLast { wakeUp.now() }
  }

  private func work() {
    guard let thread = try? InterruptibleThread.current() else { return retire(nil) }
    let worker = Worker(thread)
    state.withLock { $0.workers[ObjectIdentifier(worker)] = worker }
    // Whoever waits for the end of all threads may let the session go at once.
    _ = try? connection.use { session in
      answer(session, worker)
      return 0
    }
    retire(worker)
  }

  private func answer(_ session: OpaquePointer, _ worker: Worker) {
    var buffer = fuse_buf()
    defer { free(buffer.mem) }
    var goesOn = true
    while goesOn {
      worker.isReading.store(true, ordering: .relaxed)
      guard !state.withLock({ $0.isEnding }) else { break }
      let count = fuse_session_receive_buf(session, &buffer)
      worker.isReading.store(false, ordering: .relaxed)
      if count == -EINTR { continue }
      guard count > 0 else { return fail(count) }
      let isForgetting = RequestHeader(buffer).isForgetting
      if !isForgetting { begin() }
      fuse_session_process_buf(session, &buffer)
      if !isForgetting { goesOn = finish() }
    }
  }

  /// Notes that a request is being answered, and sees to it that somebody waits for the next.
  private func begin() {
    let (needsMore, isFull) = state.withLock { state in
      state.available -= 1
      return (state.available == 0 && state.count < limit && !state.isEnding, isCrowded(state))
    }
    if needsMore { _ = grow(by: 1) }
    if isFull { wakeUp.now() }
  }

  /// Notes that a request was answered; false when there are threads enough without this one.
  private func finish() -> Bool {
    state.withLock { state in
      state.available += 1
      state.answered += 1
      return state.available <= idle
    }
  }

  /// Ends all threads: 0 is the end of the mount, less an error.
  private func fail(_ result: Int32) {
    state.withLock { state in
      state.failure = min(state.failure, result)
      state.isEnding = true
    }
    wakeUp.now()
  }
}
