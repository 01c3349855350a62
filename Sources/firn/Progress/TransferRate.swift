/// How fast bytes arrive, over the last few seconds; a value that is told the time.
struct TransferRate: Hashable, Sendable {
  private struct Sample: Hashable {
    var time: Double
    var total: UInt64
  }

  /// How far back it looks, in seconds.
  static let window = 5.0
  /// Before so many seconds there is no rate.
  static let shortest = 0.5
  private static let spacing = 0.25

  /// The bytes so far.
  private(set) var total: UInt64 = 0
  private var samples: [Sample]

  /// Begins to count, in seconds of any clock that does not run backwards.
  init(at now: Double) { samples = [Sample(time: now, total: 0)] }

  /// Counts bytes that arrived.
  mutating func add(_ bytes: UInt64, at now: Double) {
    total = total.addingReportingOverflow(bytes).overflow ? .max : total + bytes
    let latest = samples.count - 1
    if latest > 0, now - samples[latest - 1].time < Self.spacing {
      samples[latest] = Sample(time: now, total: total)
    } else {
      samples.append(Sample(time: now, total: total))
    }
    while samples.count > 2, samples[1].time <= now - Self.window { samples.removeFirst() }
  }

  /// Takes back bytes that are void.
  mutating func discount(_ bytes: UInt64) {
    total -= min(total, bytes)
    for index in samples.indices { samples[index].total -= min(samples[index].total, bytes) }
  }

  /// Bytes per second; nil when it is too early to tell.
  ///
  /// Falls to nothing when nothing arrives any more.
  func bytesPerSecond(at now: Double) -> Double? {
    let start = samples.last { $0.time <= now - Self.window } ?? samples[0]
    let span = now - start.time
    guard span >= Self.shortest else { return nil }
    return Double(total - start.total) / span
  }
}
