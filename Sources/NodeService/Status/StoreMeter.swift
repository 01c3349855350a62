internal import Linux
internal import Synchronization
internal import SystemPackage

/// Counts what a server asks of one store's file system, and knows what has not come back.
///
/// Any number of threads count at once; none takes a lock.
public final class StoreMeter: Sendable {
  /// For how long something must have been under way to count as hung, in seconds.
  public static let patience: Double = 10

  private let latencies = LatencyTable(rows: StoreUse.allCases.count)
  private let pending = PendingTable()
  private let loaded = Atomic<UInt64>(0)
  private let readBytes = Atomic<UInt64>(0)
  private let failures = Atomic<UInt64>(0)
  private let retries = Atomic<UInt64>(0)
  private let mismatches = Atomic<UInt64>(0)
  private let losses = Atomic<UInt64>(0)
  private let lastLoss = Atomic<Int64>(0)

  /// Makes a meter that has counted nothing.
  public init() {}

  /// Does something on the file system, and counts it.
  func count<Result>(
    _ use: StoreUse, _ body: () throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    let start = MonotonicClock.nanoseconds()
    let ticket = pending.begin(use.rawValue, at: start)
    defer {
      pending.end(ticket)
      latencies.note(Int(use.rawValue), nanoseconds: MonotonicClock.nanoseconds() &- start)
      StartMeter.current?.note(use)
    }
    do throws(SystemError) { return try body() } catch {
      if ![.noSuchFileOrDirectory, .fileExists].contains(error.errno) {
        failures.add(1, ordering: .relaxed)
      }
      throw error
    }
  }

  /// Counts bytes that were read.
  func noteBytes(_ count: Int) {
    readBytes.add(UInt64(count), ordering: .relaxed)
    StartMeter.current?.noteBytes(count)
  }

  /// Counts a file that was read whole.
  func noteLoaded(_ count: Int) {
    loaded.add(1, ordering: .relaxed)
    StartMeter.current?.noteRead()
    noteBytes(count)
  }

  /// Counts a block that is read once more.
  func noteRetry() { retries.add(1, ordering: .relaxed) }

  /// Counts stored bytes that are not what they should be.
  func noteMismatch() { mismatches.add(1, ordering: .relaxed) }

  /// Counts a block or an object that could not be had.
  func noteLoss() {
    losses.add(1, ordering: .relaxed)
    lastLoss.store(WallClock.seconds(), ordering: .relaxed)
  }

  /// What was counted so far.
  ///
  /// - Parameter patience: For how long something must have been under way to count as hung.
  public func counts(patience: Double = patience) -> StoreCounts {
    let now = MonotonicClock.nanoseconds()
    var result = StoreCounts()
    var others: [Latencies] = []
    for use in StoreUse.allCases {
      let row = latencies[Int(use.rawValue)]
      result.uses[use] = row.count
      if use == .read { result.reads = row } else { others.append(row) }
    }
    result.others = Latencies(adding: others)
    result.loaded = loaded.load(ordering: .relaxed)
    result.readBytes = readBytes.load(ordering: .relaxed)
    result.failures = failures.load(ordering: .relaxed)
    result.retries = retries.load(ordering: .relaxed)
    result.mismatches = mismatches.load(ordering: .relaxed)
    result.losses = losses.load(ordering: .relaxed)
    let last = lastLoss.load(ordering: .relaxed)
    result.lastLoss = last == 0 ? nil : last
    result.hung = hung(at: now, patience)
    return result
  }

  private func hung(at now: UInt64, _ patience: Double) -> [HungUse] {
    let patience = UInt64(patience * 1e9)
    return pending.begun(before: now > patience ? now - patience : 0).compactMap { pending in
      StoreUse(rawValue: pending.label).map {
        HungUse($0, seconds: Double(now - pending.began) / 1e9)
      }
    }
  }
}
