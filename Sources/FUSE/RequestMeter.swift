internal import Linux
internal import Synchronization
internal import SystemPackage

/// Counts the requests of a session: two readings of the clock and two additions for each, no lock.
final class RequestMeter: Sendable {
  private let latencies = LatencyTable(rows: RequestKind.allCases.count)
  private let readBytes = Atomic<UInt64>(0)
  private let failures = Atomic<UInt64>(0)

  /// What was counted so far.
  var counts: RequestCounts {
    let rows = RequestKind.allCases.map { ($0, latencies[$0.rawValue]) }
    return RequestCounts(
      latencies: Dictionary(uniqueKeysWithValues: rows.filter { $0.1.count > 0 }),
      readBytes: readBytes.load(ordering: .relaxed), failures: failures.load(ordering: .relaxed))
  }

  /// Does what a request asks for, and counts it.
  @inline(__always)
  func count(_ kind: RequestKind, _ body: () -> Void) {
    let start = MonotonicClock.nanoseconds()
    body()
    let end = MonotonicClock.nanoseconds()
    latencies.note(kind.rawValue, nanoseconds: end &- start)
  }

  /// Counts the bytes of an answer.
  func noteRead(_ count: Int) { readBytes.add(UInt64(count), ordering: .relaxed) }

  /// Counts a request that could not be answered as it should.
  func noteFailure(_ error: Errno) {
    if error == .ioError { failures.add(1, ordering: .relaxed) }
  }
}
