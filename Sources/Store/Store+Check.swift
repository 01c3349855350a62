/// How thoroughly a store is checked.
public enum CheckDepth: Sendable {
  /// Everything but the stored blocks.
  case structure
  /// Every stored block too: its checksum, its content's digest and those of its pieces.
  case data
}

extension Store {
  /// Checks everything the newest catalog counts on, on the calling thread.
  ///
  /// Reads only; what other commands do meanwhile is no problem.
  /// - Returns: What is wrong, without notes; nothing for a good store.
  public func check(_ depth: CheckDepth = .structure) -> [Problem] {
    var check = StoreCheck(self)
    check.run()
    var problems = check.findings
    if depth == .data {
      for pack in check.soundPacks {
        guard let blocks = try? PackCheck(pack, of: self) else { continue }
        problems += blocks.allProblems
      }
    }
    return problems.filter { !$0.isNote }
  }
}

extension PackCheck {
  /// What is wrong with any block.
  var allProblems: [Problem] { parts(ofBytes: .max).flatMap { problems(of: $0) ?? [] } }
}
