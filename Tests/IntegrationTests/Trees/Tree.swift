import Testing

/// A tree as it was read: entries by path.
struct Tree: Sendable {
  var entries: [TreeEntry]

  init(_ root: String, readers: Int = 2) throws {
    entries = try TreeWalker.entries(of: root, readers: readers)
  }

  private init(entries: [TreeEntry]) { self.entries = entries }

  /// The tree with every entry changed, or without those for which the closure gives nil.
  func map(_ change: (TreeEntry) -> TreeEntry?) -> Tree {
    Tree(entries: entries.compactMap(change))
  }

  /// The entry at a path.
  subscript(path: String) -> TreeEntry? { entries.first { $0.path == path } }

  /// How many inodes the tree has: paths, those of one inode counted once.
  var inodeCount: Int { entries.count { $0.firstLink == nil || $0.firstLink == $0.path } }

  /// Lines that only one of two trees has, `-` for this one, `+` for the other; at most ten.
  func differences(from other: Tree) -> [String] {
    let lines = Dictionary(entries.map { ($0.path, $0.line) }) { first, _ in first }
    let otherLines = Dictionary(other.entries.map { ($0.path, $0.line) }) { first, _ in first }
    var result: [String] = []
    for path in Set(lines.keys).union(otherLines.keys).sorted() where result.count < 20 {
      let (mine, others) = (lines[path], otherLines[path])
      if mine == others { continue }
      if let mine { result.append("- \(mine.prefix(600))") }
      if let others { result.append("+ \(others.prefix(600))") }
    }
    return result
  }
}

/// Expects two trees to be the same in every respect, and not to be empty.
func expectSame(
  _ tree: Tree, _ expected: Tree, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(expected.entries.count > 1, "nothing to compare", sourceLocation: sourceLocation)
  let differences = expected.differences(from: tree)
  if differences.isEmpty { return }
  let text = differences.joined(separator: "\n")
  Issue.record("the trees differ; expected -, found +:\n\(text)", sourceLocation: sourceLocation)
}
