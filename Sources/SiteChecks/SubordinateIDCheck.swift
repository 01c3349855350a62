internal import AdditionalImageStore

/// Whether the asking user has subordinate ids, and the server of a mount sees the same as Podman.
struct SubordinateIDCheck {
  /// Which ids.
  enum Kind: String, CaseIterable {
    /// Those of users.
    case subuid
    /// Those of groups.
    case subgid
  }

  /// As many ids as images commonly use.
  static let usual: UInt64 = 65_536

  var kind: Kind
  /// The user's name or number.
  var user: String
  var isRoot: Bool
  /// The ranges in /etc/subuid or /etc/subgid, which is what `firn serve` reads.
  var file: [SubordinateIDs.Range]
  /// What getsubids(1) says, which is what Podman sees; nil without that program.
  var system: [SubordinateIDs.Range]?

  var result: CheckResult {
    if isRoot { return make(.ok, "root needs none", nil) }
    if let system, system != file {
      return make(
        .warning,
        "Podman sees \(Self.text(system)) for \(user), but /etc/\(kind) has \(Self.text(file)), "
          + "by which firn serve shows owners",
        "Put the same ranges into /etc/\(kind)")
    }
    let count = Self.count(file)
    if count == 0 {
      return make(
        .note, "\(user) has none: every file of an image appears as their own",
        "For images with several users, add a range: usermod --add-\(kind)s")
    }
    if count < Self.usual {
      return make(
        .warning, "\(user) has only \(count): higher ids of an image appear as nobody's",
        "Give \(Self.usual) ids: usermod --add-\(kind)s")
    }
    return make(.ok, "\(user) has \(Self.text(file))", nil)
  }

  private static func count(_ ranges: [SubordinateIDs.Range]) -> UInt64 {
    ranges.reduce(0) { $0 + UInt64($1.count) }
  }

  private static func text(_ ranges: [SubordinateIDs.Range]) -> String {
    if ranges.isEmpty { return "none" }
    return ranges.map { "\($0.count) from \($0.first)" }.joined(separator: ", ")
  }

  /// The ranges that getsubids(1) prints, such as `0: alice 100000 65536`.
  static func ranges(printed text: String) -> [SubordinateIDs.Range] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 4, words[0].hasSuffix(":"), let first = UInt32(words[2]),
        let count = UInt32(words[3]), count > 0
      else { return nil }
      return SubordinateIDs.Range(first: first, count: count)
    }
  }

  private func make(
    _ outcome: CheckOutcome, _ sentence: String, _ nextStep: String?
  ) -> CheckResult {
    CheckResult(kind.rawValue, outcome, sentence, nextStep: nextStep)
  }
}
