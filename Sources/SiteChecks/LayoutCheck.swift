internal import Linux
internal import Store
internal import SystemPackage

/// Whether Lustre lays out a store's files as the store wants it.
struct LayoutCheck {
  static let name = "layout"

  /// One directory: what it should have, and what it has; nil is no layout of its own.
  struct Layout {
    var area: StoreArea
    var wanted: LustreLayout
    var actual: Result<LustreAttribute?, SystemError>
  }

  var store: String
  var kind: FileSystemKind
  /// Nothing where the file system is not Lustre, or the store's wishes are not known.
  var layouts: [Layout]

  var result: CheckResult {
    guard kind == .lustre else {
      return CheckResult(Self.name, of: store, .ok, "\(kind) has no layouts to set")
    }
    guard !layouts.isEmpty else {
      return CheckResult(Self.name, of: store, .note, "not checked: the store cannot be read")
    }
    let others = layouts.compactMap { Self.difference($0) }
    guard !others.isEmpty else {
      return CheckResult(
        Self.name, of: store, .ok, "new files get the stripes that the store wants")
    }
    return CheckResult(
      Self.name, of: store, .warning,
      "new files get other stripes: \(others.joined(separator: "; "))",
      nextStep: "As the store's owner, run lfs setstripe on these directories; see firn-init(1)")
  }

  private static func difference(_ layout: Layout) -> String? {
    let name = layout.area == .root ? "the store's directory" : layout.area.rawValue
    switch layout.actual {
    case .success(.plain(let actual)?) where actual.hasSameStripes(as: layout.wanted): return nil
    // That it is missing is said by another check, where it matters.
    case .failure(let error) where error.errno == .noSuchFileOrDirectory: return nil
    case .success(let actual?): return "\(name) has \(actual) instead of \(layout.wanted)"
    case .success(nil): return "\(name) has no layout instead of \(layout.wanted)"
    case .failure(let error): return "\(name) cannot be asked: \(error.errno)"
    }
  }
}
