/// One contiguous range of user or group ids that means another range elsewhere.
///
/// Written in `layers.json` with the field names of containers/storage (`idtools.IDMap`).
public struct IDRange: Hashable, Sendable {
  /// The first id inside.
  public var inside: UInt32
  /// The first id outside that it stands for.
  public var outside: UInt32
  /// How many ids follow each other.
  public var count: UInt32

  /// Makes a range.
  public init(inside: UInt32, outside: UInt32, count: UInt32) {
    self.inside = inside
    self.outside = outside
    self.count = count
  }
}

/// How the ids in an image are shown to the ids of the host.
public struct IDMapping: Hashable, Sendable {
  /// The ranges, searched in order.
  public var ranges: [IDRange]
  /// The host id shown for an id that no range covers.
  public var fallback: UInt32

  /// The overflow id of the kernel (`/proc/sys/kernel/overflowuid`), "nobody".
  public static let overflow: UInt32 = 65534

  /// Every id stands for itself.
  public static let identity = IDMapping(
    ranges: [IDRange(inside: 0, outside: 0, count: .max)], fallback: .max)

  /// Makes a mapping.
  public init(ranges: [IDRange], fallback: UInt32 = IDMapping.overflow) {
    self.ranges = ranges
    self.fallback = fallback
  }

  /// Every id is shown as one: a user without subordinate ids owns all.
  public static func squashed(to id: UInt32) -> IDMapping {
    IDMapping(ranges: [], fallback: id)
  }

  /// The host id for an id of the image.
  public func callAsFunction(_ id: UInt32) -> UInt32 {
    for range in ranges where id >= range.inside && id - range.inside < range.count {
      return range.outside &+ (id - range.inside)
    }
    return fallback
  }

  /// Whether all ids stand for themselves.
  public var isIdentity: Bool { self == .identity }
}

extension IDMapping {
  /// The mapping of the user namespace that rootless Podman makes for a user: 0 is the user, what
  /// follows comes from the subordinate ids in the order of the file.
  ///
  /// Without subordinate ids every id is shown as the user's own (rootless Podman then has a
  /// namespace with a single id).
  public static func rootless(user: UInt32, subordinate: [SubordinateIDs.Range]) -> IDMapping {
    guard !subordinate.isEmpty else { return .squashed(to: user) }
    var ranges = [IDRange(inside: 0, outside: user, count: 1)]
    var next: UInt32 = 1
    for range in subordinate {
      let (end, overflow) = next.addingReportingOverflow(range.count)
      if overflow { break }
      ranges.append(IDRange(inside: next, outside: range.first, count: range.count))
      next = end
    }
    return IDMapping(ranges: ranges)
  }

  /// How many ids the ranges cover.
  public var count: UInt32 {
    ranges.reduce(0) { $0.addingReportingOverflow($1.count).partialValue }
  }
}

/// The mapping of `--userns=keep-id`: the user has the same id inside the container as outside.
public struct KeepIDMapping: Hashable, Sendable {
  /// Container ids to ids of the rootless namespace, as Podman asks containers/storage for them.
  public var intermediate: [IDRange]
  /// Container ids to host ids: what the files of the layer are owned by.
  public var host: IDMapping

  /// Makes the mapping for a user, or nil where Podman offers none: keep-id needs more subordinate
  /// ids than the number of the user's own id.
  ///
  /// - Parameters:
  ///   - id: The user's (or group's) own id on the host.
  ///   - rootless: The mapping of the user's rootless namespace.
  public init?(id: UInt32, rootless: IDMapping) {
    let total = rootless.count
    guard rootless.ranges.count > 1, total > 1 else { return nil }
    let below = min(id, total - 1)
    var intermediate: [IDRange] = []
    if below > 0 { intermediate.append(IDRange(inside: 0, outside: 1, count: below)) }
    intermediate.append(IDRange(inside: id, outside: 0, count: 1))
    let rest = total - 1 - below
    if rest > 0 {
      intermediate.append(IDRange(inside: id + 1, outside: below + 1, count: rest))
    }
    self.intermediate = intermediate
    host = IDMapping(ranges: intermediate.flatMap { Self.resolve($0, through: rootless) })
  }

  /// Splits a range at the borders of the mapping it goes through.
  private static func resolve(_ range: IDRange, through mapping: IDMapping) -> [IDRange] {
    var result: [IDRange] = []
    for step in mapping.ranges {
      let low = max(UInt64(range.outside), UInt64(step.inside))
      let high = min(
        UInt64(range.outside) + UInt64(range.count), UInt64(step.inside) + UInt64(step.count))
      guard low < high else { continue }
      result.append(
        IDRange(
          inside: range.inside + UInt32(low - UInt64(range.outside)),
          outside: step.outside + UInt32(low - UInt64(step.inside)),
          count: UInt32(high - low)))
    }
    return result
  }
}
