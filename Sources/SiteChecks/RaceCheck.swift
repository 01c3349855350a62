internal import SystemPackage

/// How two processes fared that wanted the same names.
struct Race: Equatable {
  /// How one attempt ended.
  enum Turn: Hashable {
    /// The name is this process's.
    case won
    /// The name was taken: `EEXIST`.
    case lost
    /// Anything else.
    case failed(Errno)
  }

  /// One name: what each of the two was told, and whose it is afterwards.
  struct Name: Equatable {
    var first: Turn
    var second: Turn
    /// The mark in the file: that of the first or of the second process; nil when it is not there.
    var owner: UInt8?
  }

  static let firstMark = UInt8(ascii: "1")
  static let secondMark = UInt8(ascii: "2")

  var names: [Name]
}

/// Whether of two processes that want a name exactly one gets it.
struct RaceCheck {
  /// How names are taken.
  enum Kind: String, CaseIterable {
    /// open(2) with `O_EXCL`.
    case create = "exclusive-create"
    /// link(2).
    case link = "link"

    fileprivate var what: String { self == .create ? "open(2) with O_EXCL" : "link(2)" }
  }

  var store: String
  var kind: Kind
  var race: Race

  var result: CheckResult {
    let total = race.names.count
    if let error = failures.first {
      return make(
        .problem, "\(kind.what) fails: \(error) (\(failures.count) of \(2 * total) times)",
        "Keep the store on a file system that has it, such as Lustre, NFS, XFS or ext4")
    }
    let both = race.names.count { $0.first == .won && $0.second == .won }
    let wrong = race.names.count { !isExplained($0) }
    if both + wrong > 0 {
      return make(
        .problem,
        "\(kind.what) is not atomic: two processes both got \(both) names, \(wrong) are not the "
          + "winner's, of \(total)",
        "Do not keep a store on this file system: images would be lost")
    }
    let denied = race.names.count { $0.first == .lost && $0.second == .lost }
    if denied > 0 {
      return make(
        .warning,
        "\(kind.what) told the winner EEXIST \(denied) times of \(total), which Firn notices", nil)
    }
    let first = race.names.count { $0.first == .won }
    return make(
      .ok,
      "of two processes exactly one gets each of \(total) names (\(first) and \(total - first))",
      nil)
  }

  private var failures: [Errno] {
    race.names.flatMap { [$0.first, $0.second] }.compactMap {
      if case .failed(let error) = $0 { error } else { nil }
    }
  }

  private func isExplained(_ name: Race.Name) -> Bool {
    switch (name.first, name.second) {
    case (.won, .lost): name.owner == Race.firstMark
    case (.lost, .won): name.owner == Race.secondMark
    // The file system did it and then said that somebody else had; the mark tells who.
    default: name.owner == Race.firstMark || name.owner == Race.secondMark
    }
  }

  private func make(
    _ outcome: CheckOutcome, _ sentence: String, _ nextStep: String?
  ) -> CheckResult {
    CheckResult(kind.rawValue, of: store, outcome, sentence, nextStep: nextStep)
  }
}
