internal import FileTree

/// Where the path of a directory leads inside a tree: the directories that are there, from the
/// root on, and the names of those that are missing below the last of them.
struct Resolution {
  var ancestry: [FileTree.NodeID]
  var missing: [ByteString] = []

  /// The directory itself, where all of it is there.
  var directory: FileTree.NodeID? { missing.isEmpty ? ancestry.last : nil }

  /// How many directories deep it lies; 0 for the root.
  var depth: Int { ancestry.count - 1 + missing.count }

  /// Why a path leads nowhere.
  enum Obstacle: Error {
    /// Something on the way is not a directory.
    case notADirectory
    /// Too many symbolic links.
    case loop
  }
}

extension FileTree {
  /// Follows the path of a directory; symbolic links, the last included, lead inside the root.
  ///
  /// - Parameters:
  ///   - path: The components.
  ///   - mayFollow: Asked for each symbolic link, with the number of the path's components read so
  ///     far; where it says no, the link counts as something that is no directory.
  func resolve(
    _ path: [ByteString], mayFollow: (_ count: Int) -> Bool = { _ in true }
  ) throws(Resolution.Obstacle) -> Resolution {
    var found = Resolution(ancestry: [root])
    var pending = Array(path.reversed())
    var unread = path.count
    var links = 0
    while let name = pending.popLast() {
      unread = min(unread, pending.count)
      guard let target = try step(name, from: &found) else { continue }
      links += 1
      if links > EntryRules.maximumLinksFollowed { throw .loop }
      if !mayFollow(path.count - unread) { throw .notADirectory }
      if target.bytes.first == UInt8(ascii: "/") { found = Resolution(ancestry: [root]) }
      pending.append(contentsOf: target.components.reversed())
    }
    return found
  }

  /// Takes one component; gives the target of the symbolic link that it names, if it is one.
  private func step(
    _ name: ByteString, from found: inout Resolution
  ) throws(Resolution.Obstacle) -> ByteString? {
    if name == "." { return nil }
    if name == ".." {
      if found.missing.popLast() == nil, found.ancestry.count > 1 { found.ancestry.removeLast() }
      return nil
    }
    guard let directory = found.directory, let next = child(name, of: directory) else {
      found.missing.append(name)
      return nil
    }
    switch self[next].kind {
    case .directory: found.ancestry.append(next)
    case .symbolicLink(let target): return target
    default: throw .notADirectory
    }
    return nil
  }
}
