internal import FileTree

extension Flattener {
  /// The first pass: removes from the tree below what the layer's whiteouts name.
  ///
  /// All of them are looked up before the first one acts, so their order does not matter.
  mutating func applyWhiteouts(
    of entries: [LayerEntry], _ whiteouts: [Whiteout?]
  ) throws(FlatteningError) {
    guard whiteouts.contains(where: { $0 != nil }) else { return }
    let renewal = Renewal(entries, whiteouts)
    var removals: [(name: ByteString?, directory: FileTree.NodeID)] = []
    for (entry, whiteout) in zip(entries, whiteouts) {
      switch whiteout {
      case nil: continue
      case .ignored: report.ignoredEntries += 1
      case .opaque:
        guard let directory = try directory(of: entry, renewal) else { continue }
        removals.append((nil, directory))
      case .removal(let name):
        try whiteout?.check(of: entry.path)
        guard let directory = try directory(of: entry, renewal) else { continue }
        removals.append((name, directory))
      }
    }
    for removal in removals {
      if let name = removal.name {
        tree.remove(name, from: removal.directory)
      } else {
        tree.removeChildren(of: removal.directory)
      }
    }
  }

  /// The directory of the lower tree that a whiteout acts on, if there is one.
  private func directory(
    of entry: LayerEntry, _ renewal: Renewal
  ) throws(FlatteningError) -> FileTree.NodeID? {
    let path = Array(entry.path.components.dropLast())
    do throws(Resolution.Obstacle) {
      return try tree.resolve(path) { !renewal.covers(path.prefix($0)) }.directory
    } catch {
      switch error {
      case .notADirectory: return nil
      case .loop: throw .symbolicLinkLoop(path: entry.path)
      }
    }
  }
}

/// Which paths of the lower tree a layer makes anew, so that its whiteouts below them have nothing
/// to act on and must not follow a symbolic link there to somewhere else.
///
/// For example a layer that replaces the link `d -> usr/d` by a directory has the entries `d/` and
/// `d/.wh..wh..opq`; `usr/d` keeps its content.
private struct Renewal {
  private var brought: Set<ByteString> = []
  private var removed: Set<ByteString> = []
  private var emptied: Set<ByteString> = []

  init(_ entries: [LayerEntry], _ whiteouts: [Whiteout?]) {
    for (entry, whiteout) in zip(entries, whiteouts) {
      switch whiteout {
      case nil: brought.insert(entry.path)
      case .ignored: continue
      case .opaque: emptied.insert(Renewal.parent(of: entry.path))
      case .removal(let name):
        removed.insert(Renewal.parent(of: entry.path).appending(name))
      }
    }
  }

  /// Whether the symbolic link that a path names in the lower tree is not there any more.
  func covers(_ path: ArraySlice<ByteString>) -> Bool {
    var prefix = ByteString([])
    for name in path {
      if emptied.contains(prefix) { return true }
      prefix = prefix.appending(name)
      if removed.contains(prefix) { return true }
    }
    return brought.contains(prefix)
  }

  private static func parent(of path: ByteString) -> ByteString {
    ByteString(path.bytes[..<(path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
  }
}
