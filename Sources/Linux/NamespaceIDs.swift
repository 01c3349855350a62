internal import SystemPackage

/// The user ids of this process's user namespace and what they are outside (user_namespaces(7)).
public struct NamespaceIDs: Hashable, Sendable {
  private struct Range: Hashable, Sendable {
    let inside: UInt32
    let outside: UInt32
    let count: UInt32
  }

  private let ranges: [Range]

  /// Reads the text of /proc/self/uid_map; without one, ids are the host's.
  public init(parsing text: String) {
    ranges = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ").compactMap { UInt32($0) }
      guard fields.count == 3 else { return nil }
      return Range(inside: fields[0], outside: fields[1], count: fields[2])
    }
  }

  /// The ids of this process.
  public static func current() -> NamespaceIDs {
    NamespaceIDs(parsing: (try? readText("/proc/self/uid_map")) ?? "")
  }

  /// Whether ids here are those of the host.
  public var areTheHosts: Bool {
    ranges == [Range(inside: 0, outside: 0, count: .max)]
  }

  /// The id outside of an id inside; one without any is the overflow id, which nobody has.
  public func host(_ id: UInt32) -> UInt32 {
    if ranges.isEmpty { return id }
    for range in ranges where id >= range.inside && id - range.inside < range.count {
      return range.outside &+ (id - range.inside)
    }
    return .max
  }
}
