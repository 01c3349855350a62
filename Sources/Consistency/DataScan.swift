internal import Linux
internal import Store
internal import Synchronization

/// Checks the blocks of many packs with a bounded number of threads.
///
/// Packs are cut into parts, so that a store of few packs keeps every thread busy too.
final class DataScan: Sendable {
  /// How many stored bytes one thread checks at a time.
  static let partSize: UInt64 = 64 << 20

  /// What one scan is told to do.
  struct Orders: Sendable {
    var store: Store
    var packs: [PackRecord]
    /// Called before so many bytes are read; may wait, and ends the scan with false.
    var willRead: @Sendable (Int) -> Bool
    /// Called when a pack has been checked to its end; any thread, one call at a time.
    var packDone: @Sendable (PackRecord, [Problem]) -> Void
  }

  /// A pack that is being checked.
  private final class Job: Sendable {
    struct State {
      var partsLeft: Int
      var problems: [Problem] = []
    }

    let check: PackCheck
    let state: Mutex<State>

    init(_ check: PackCheck, parts: Int) {
      self.check = check
      state = Mutex(State(partsLeft: parts))
    }
  }

  private struct Part {
    var job: Job
    var ordinals: Range<Int>
  }

  private struct State {
    var nextPack = 0
    var parts: [Part] = []
    /// Packs that some thread is cutting into parts.
    var opening: [Latch] = []
    var isStopped = false
  }

  private enum Work {
    case check(Part)
    case open(PackRecord, Latch)
    case wait(Latch)
  }

  private let orders: Orders
  private let state = Mutex(State())
  private let reporting = Mutex(())

  init(_ orders: Orders) { self.orders = orders }

  /// Checks everything and returns when all threads have ended.
  ///
  /// - Returns: Whether it came to its end; false when it was stopped.
  func run(threads: Int) -> Bool {
    // Fewer threads than wanted only take longer.
    let others = (1..<max(threads, 1)).compactMap { _ in try? JoinableThread { self.work() } }
    work()
    for thread in others { thread.join() }
    return state.withLock { !$0.isStopped }
  }

  private func work() {
    while let next = next() {
      switch next {
      case .check(let part): check(part)
      case .open(let pack, let latch): open(pack, latch)
      case .wait(let latch): latch.wait()
      }
    }
  }

  private func next() -> Work? {
    state.withLock { state in
      guard !state.isStopped else { return nil }
      if let part = state.parts.popLast() { return .check(part) }
      if state.nextPack < orders.packs.count {
        let latch = Latch()
        state.opening.append(latch)
        state.nextPack += 1
        return .open(orders.packs[state.nextPack - 1], latch)
      }
      return state.opening.last.map { .wait($0) }
    }
  }

  private func open(_ pack: PackRecord, _ latch: Latch) {
    var parts: [Part] = []
    do throws(StoreError) {
      let check = try PackCheck(pack, of: orders.store)
      let ranges = check.parts(ofBytes: Self.partSize)
      let job = Job(check, parts: ranges.count)
      parts = ranges.map { Part(job: job, ordinals: $0) }
      if parts.isEmpty { report(pack, []) }
    } catch {
      report(pack, [Problem(error, at: pack.path)])
    }
    state.withLock { state in
      state.parts += parts.reversed()
      state.opening.removeAll { $0 === latch }
    }
    latch.open()
  }

  private func check(_ part: Part) {
    guard let found = part.job.check.problems(of: part.ordinals, willRead: orders.willRead) else {
      return state.withLock { $0.isStopped = true }
    }
    let done: [Problem]? = part.job.state.withLock { state in
      state.problems += found
      state.partsLeft -= 1
      return state.partsLeft == 0 ? state.problems : nil
    }
    if let done { report(part.job.check.pack, done.sorted { ($0.offset ?? 0) < ($1.offset ?? 0) }) }
  }

  private func report(_ pack: PackRecord, _ problems: [Problem]) {
    reporting.withLock { _ in orders.packDone(pack, problems) }
  }
}
