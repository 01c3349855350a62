/// How often something took how long: a histogram with a bucket for each power of two of
/// microseconds, from 1 µs to 33.6 s, and one for what took longer.
public struct Latencies: Hashable, Sendable {
  /// How many buckets there are, the one without a limit included.
  public static let bucketCount = 27

  /// How often it took so long: more than the limit of the bucket before, at most its own.
  public let counts: [UInt64]
  /// The time that all took together.
  public let nanoseconds: UInt64

  /// Makes a histogram; counts that are missing are 0, and those of buckets that do not exist are
  /// left out.
  public init(counts: [UInt64] = [], nanoseconds: UInt64 = 0) {
    let missing = max(0, Self.bucketCount - counts.count)
    self.counts = counts.prefix(Self.bucketCount) + Array(repeating: 0, count: missing)
    self.nanoseconds = nanoseconds
  }

  /// Makes one histogram of several.
  public init(adding parts: [Latencies]) {
    self.init(
      counts: (0..<Self.bucketCount).map { bucket in
        parts.reduce(0) { $0 &+ $1.counts[bucket] }
      },
      nanoseconds: parts.reduce(0) { $0 &+ $1.nanoseconds })
  }

  /// How many times were counted.
  public var count: UInt64 { counts.reduce(0, &+) }

  /// The time that all took together.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The longest time that a bucket counts, in microseconds; nil for the last, which has no limit.
  public static func limit(of bucket: Int) -> UInt64? {
    bucket < bucketCount - 1 ? 1 << UInt64(bucket) : nil
  }

  /// The bucket that counts a time.
  static func bucket(of nanoseconds: UInt64) -> Int {
    guard nanoseconds > 1000 else { return 0 }
    let whole = (nanoseconds - 1) / 1000
    return min(UInt64.bitWidth - whole.leadingZeroBitCount, bucketCount - 1)
  }

  /// A time that a share of all did not exceed, in seconds: the limit of the bucket in which that
  /// share is reached; infinity where that is the last, and nil where nothing was counted.
  ///
  /// - Parameter share: 0.5 for the median, 0.99 for all but one of a hundred.
  public func quantile(_ share: Double) -> Double? {
    let count = count
    guard count > 0 else { return nil }
    let wanted = max(1, UInt64((Double(count) * share).rounded(.up)))
    var sum: UInt64 = 0
    for (bucket, number) in counts.enumerated() {
      sum += number
      guard sum >= wanted else { continue }
      return Self.limit(of: bucket).map { Double($0) / 1e6 } ?? .infinity
    }
    return .infinity
  }
}
