/// The contents of `/etc/subuid` or `/etc/subgid` (subuid(5)).
public struct SubordinateIDs: Sendable {
  /// A range of ids that a user may use in a user namespace.
  public struct Range: Hashable, Sendable {
    /// The first id.
    public var first: UInt32
    /// How many there are.
    public var count: UInt32

    /// Makes a range.
    public init(first: UInt32, count: UInt32) {
      self.first = first
      self.count = count
    }
  }

  private var ranges: [String: [Range]] = [:]

  /// Reads the text of the file; lines that do not have three fields are passed over, as
  /// newuidmap(1) does.
  public init(parsing text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 3, !fields[0].isEmpty, !fields[0].hasPrefix("#"),
        let first = UInt32(fields[1]), let count = UInt32(fields[2]), count > 0,
        !first.addingReportingOverflow(count - 1).overflow
      else { continue }
      ranges[String(fields[0]), default: []].append(Range(first: first, count: count))
    }
  }

  /// The ranges of a user, who is listed by name or by number, in the order of the file.
  public func ranges(name: String?, uid: UInt32) -> [Range] {
    let byName = name.flatMap { ranges[$0] } ?? []
    let byNumber = name == String(uid) ? [] : ranges[String(uid)] ?? []
    return byName + byNumber
  }
}
