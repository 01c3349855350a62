internal import Linux
internal import Store

/// What `init` says where Lustre did not take the layouts of a new store's directories.
struct LayoutWarning {
  private let outcomes: [(area: StoreArea, outcome: LayoutOutcome)]

  init(_ outcomes: [(area: StoreArea, outcome: LayoutOutcome)]) { self.outcomes = outcomes }

  /// One line for all that was refused and one for all that became something else; none where the
  /// layouts are as they should be or the file system has none.
  var lines: [String] {
    var refused: [String] = []
    var reason = ""
    var different: [String] = []
    for (area, outcome) in outcomes {
      let name = area == .root ? "the directory itself" : area.rawValue
      switch outcome {
      case .set, .notLustre: continue
      case .refused(let error):
        refused.append(name)
        reason = "\(error.call): \(error.errno)"
      case .differs(let actual): different.append("\(name) (\(Self.text(actual)))")
      }
    }
    var lines: [String] = []
    if !refused.isEmpty {
      lines.append("the layout was refused for \(refused.joined(separator: ", ")): \(reason)")
    }
    if !different.isEmpty {
      lines.append("Lustre kept another layout for \(different.joined(separator: ", "))")
    }
    return lines
  }

  private static func text(_ attribute: LustreAttribute?) -> String {
    attribute.map { "\($0)" } ?? "none"
  }
}
