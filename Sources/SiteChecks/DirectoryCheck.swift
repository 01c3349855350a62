internal import Linux
internal import Store
internal import SystemPackage

/// Whether the store's directories are there and nobody can write in them who should not.
struct DirectoryCheck {
  static let name = "directories"
  /// What stores that were made by an older Firn do not have.
  static let younger: Set<StoreArea> = [.history]

  /// Who may do what in a directory.
  struct Access: Equatable {
    var mode: UInt16
    var uid: UInt32
    var gid: UInt32
  }

  var store: String
  var directories: [(area: StoreArea, access: Result<Access, SystemError>)]

  var result: CheckResult {
    problem ?? warning
      ?? CheckResult(Self.name, of: store, .ok, "all are there, of one owner, \(modes)")
  }

  private var problem: CheckResult? {
    for (area, access) in directories {
      if case .failure(let error) = access {
        let isMissing = error.errno == .noSuchFileOrDirectory
        if isMissing && Self.younger.contains(area) { continue }
        return make(
          .problem, isMissing ? "\(name(area)) is missing" : "\(name(area)): \(error)",
          isMissing ? "Make it with the owner and mode of the others" : "Let this user enter it")
      }
    }
    let open = all.filter { isOpen($0.area, $0.access.mode) }
    guard !open.isEmpty else { return nil }
    return make(
      .problem,
      "every user may replace what is in \(open.map { name($0.area) }.joined(separator: ", "))",
      "Take the right to write from others: chmod o-w")
  }

  /// A directory that everybody may write in is safe only where nobody removes others' files, and of
  /// use only for leases.
  private func isOpen(_ area: StoreArea, _ mode: UInt16) -> Bool {
    guard mode & 0o002 != 0 else { return false }
    return area != .leases || mode & 0o1000 == 0
  }

  private var warning: CheckResult? {
    guard let root = all.first(where: { $0.area == .root }) else { return nil }
    let strangers = all.filter { $0.access.uid != root.access.uid }
    guard strangers.isEmpty else {
      return make(
        .warning, "\(names(strangers)) have another owner than the store",
        "Give the whole store to one account: chown -R")
    }
    let others = all.filter {
      $0.area != .leases && $0.access.mode & 0o777 != root.access.mode & 0o777
    }
    guard others.isEmpty else {
      return make(
        .warning, "\(names(others)) have another mode than the store",
        "Give all directories the mode \(String(root.access.mode & 0o777, radix: 8))")
    }
    return nil
  }

  private var all: [(area: StoreArea, access: Access)] {
    directories.compactMap { entry in
      (try? entry.access.get()).map { (area: entry.area, access: $0) }
    }
  }

  private var modes: String {
    guard let root = all.first(where: { $0.area == .root })?.access else { return "modes unknown" }
    let shared = root.mode & 0o020 != 0 ? ", writable by group \(root.gid)" : ""
    return "mode \(String(root.mode & 0o7777, radix: 8))\(shared)"
  }

  private func names(_ entries: [(area: StoreArea, access: Access)]) -> String {
    entries.map { name($0.area) }.joined(separator: ", ")
  }

  private func name(_ area: StoreArea) -> String {
    area == .root ? "the store's directory" : "\(area.rawValue)/"
  }

  private func make(
    _ outcome: CheckOutcome, _ sentence: String, _ nextStep: String
  ) -> CheckResult {
    CheckResult(Self.name, of: store, outcome, sentence, nextStep: nextStep)
  }
}
