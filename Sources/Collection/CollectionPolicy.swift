public import Store

/// How long a collector keeps what is not needed any more.
///
/// Times are in seconds.
public struct CollectionPolicy: Hashable, Sendable {
  /// How long an image is kept after it lost its last name, after it was retired, and how long
  /// generations are kept; two weeks unless given.
  public var keepWithin: Int64
  /// How many of the last images that had a name before its present one are kept, for every name.
  public var keepLast: Int
  /// How long what was condemned stays readable and can be rescued; a week unless given.
  public var grace: Int64
  /// How many generations are kept at least.
  public var keepGenerations: Int
  /// From which share of dead bytes of its blocks on a pack is written anew.
  public var deadShare: Double

  /// Makes a policy.
  public init(
    keepWithin: Int64 = 14 * 86_400, keepLast: Int = 0, grace: Int64 = 7 * 86_400,
    keepGenerations: Int = 100, deadShare: Double = 0.5
  ) {
    self.keepWithin = keepWithin
    self.keepLast = keepLast
    self.grace = grace
    self.keepGenerations = keepGenerations
    self.deadShare = deadShare
  }

  /// Until when a retired image can surely be had back from collectors that go by this policy.
  public func end(of entry: RetiredImage) -> Int64 {
    if let condemned = entry.condemned { return Self.end(of: grace, since: condemned.time) }
    let condemned = max(entry.retired, Self.end(of: keepWithin, since: entry.retired))
    return max(condemned, Self.end(of: grace, since: condemned))
  }

  /// When a wait is over that began at a time which some host's clock said: only when no clock can
  /// say otherwise within ``Store/clockMargin``.
  ///
  /// There is nothing to compare when nothing is to be waited for.
  /// - Returns: The last second of the wait.
  static func end(of wait: Int64, since time: Int64) -> Int64 {
    guard wait > 0 else { return .min }
    let (margin, tooLong) = wait.addingReportingOverflow(Store.clockMargin)
    let (end, never) = time.addingReportingOverflow(margin)
    return tooLong || never ? .max : end
  }
}
