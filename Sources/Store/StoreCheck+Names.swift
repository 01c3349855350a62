internal import Digests
internal import Linux
internal import SystemPackage

extension StoreCheck {
  /// Lists every area; one that is missing, or that others may write to, is a problem.
  mutating func listAreas() {
    for area in StoreArea.allCases {
      let path = area.path
      let listed = attempt(path) { (store) throws(StoreError) in
        try store.attempt(path) { () throws(SystemError) in
          (names: try store.directory.list(area), mode: try store.directory.mode(of: area))
        }
      }
      guard let listed else { continue }
      names[area] = listed.names
      // Only leases are for everybody, each his own (sticky).
      let isForAll = area == .leases && listed.mode & 0o1000 != 0
      if listed.mode & 0o002 != 0, !isForAll {
        findings.append(Problem(.inconsistent, path, "everybody may write to it"))
      }
      if listed.mode & 0o700 != 0o700 {
        findings.append(Problem(.inconsistent, path, "its owner may not use it"))
      }
    }
  }

  /// Notes files whose names mean nothing, and those that no generation lists.
  mutating func checkNames() {
    let listed = catalog?.listedPaths
    for area in StoreArea.allCases {
      for name in names[area] ?? [] where !StagingOwner.isTemporary(name) {
        let path = StorePath(area, name)
        guard area.knows(name) else {
          findings.append(Problem(.unknown, path, "its name says nothing to Firn", isNote: true))
          continue
        }
        let isObject = [.packs, .images, .index].contains(area)
        if isObject, let listed, !listed.contains(path) { checkUnlisted(path) }
      }
    }
  }

  /// Notes a file that nobody will list any more.
  private mutating func checkUnlisted(_ path: StorePath) {
    guard let writers, let origin = try? store.origin(of: path) else { return }
    if let writer = origin.writer {
      guard !writers.contains(writer) else { return }
      findings.append(Problem(.unlisted, path, "no generation lists it", isNote: true))
    } else {
      let perhaps = writers.isEmpty ? "" : ", but somebody may be writing it"
      findings.append(
        Problem(
          .unlisted, path, "no generation lists it, and it cannot be read\(perhaps)",
          isNote: true))
    }
  }

  /// Notes files of the history that are damaged: who did what is lost, and nothing else.
  mutating func checkHistory() {
    for name in (names[.history] ?? []).compactMap({ HistoryFile.Name(name: $0) }) {
      let isWhole = (try? store.historyFile(name) != nil) ?? true
      guard !isWhole else { continue }
      findings.append(
        Problem(.damaged, name.path, "what it said of old operations is lost", isNote: true))
    }
  }

  /// Files that were staged before and still are, although nobody owns them.
  mutating func checkStrays() {
    guard let writers else { return }
    for area in StoreArea.allCases {
      let strays = (names[area] ?? []).filter {
        StagingOwner.token(ofTemporary: $0).map { !writers.contains($0) } ?? false
      }
      guard !strays.isEmpty, let still = try? store.names(in: area) else { continue }
      findings += strays.filter(Set(still).contains).map {
        Problem(.stray, StorePath(area, $0), "it was staged and has no owner")
      }
    }
  }
}

extension StoreArea {
  /// The area's directory in the store's own; the root's stands for itself as `firn.json` does.
  var path: StorePath { self == .root ? .description : StorePath(.root, rawValue) }

  /// Whether a name has the form of those that Firn gives in this area.
  func knows(_ name: String) -> Bool {
    switch self {
    case .root:
      StorePath.description.name == name || Self.subdirectories.contains { $0.rawValue == name }
    case .generations: StorePath.generationNumber(name) != nil
    case .images, .layers, .packs, .index: SHA256Digest(hex: name) != nil
    case .leases: Lease(name: name).map { $0.name == name } ?? false
    case .staging: StagingOwner(name: name).map { $0.name == name } ?? false
    case .history: HistoryFile.Name(name: name) != nil
    case .bundles, .traces: Companion(StorePath(self, name)) != nil
    }
  }
}
