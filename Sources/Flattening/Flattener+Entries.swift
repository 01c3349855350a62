internal import FileTree

extension Flattener {
  /// The second pass, for one entry that is not a whiteout.
  mutating func place(_ entry: LayerEntry) throws(FlatteningError) {
    let bytes = entry.path.bytes
    if bytes.isEmpty { return try placeRoot(entry) }
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    let name = ByteString(bytes[((slash ?? -1) + 1)...])
    try EntryRules.check(name: name, of: entry.path)
    let parent = try parent(ByteString(bytes[..<(slash ?? 0)]), of: entry.path)
    guard let kind = try kind(of: entry) else {
      return try placeHardLink(entry, as: name, in: parent)
    }
    if let existing = tree.child(name, of: parent) {
      if kind.isDirectory, tree.isDirectory(existing) {
        tree[existing].attributes = entry.attributes
        return
      }
      remove(name, existing, from: parent)
    }
    try reserveInode()
    tree.add(name, to: parent, attributes: entry.attributes, kind: kind)
  }

  private mutating func placeRoot(_ entry: LayerEntry) throws(FlatteningError) {
    guard entry.kind == .directory else { throw .rootNotDirectory }
    tree[tree.root].attributes = entry.attributes
  }

  /// Makes a hard link: another name for the target's inode, whatever the entry's own attributes.
  private mutating func placeHardLink(
    _ entry: LayerEntry, as name: ByteString, in parent: FileTree.NodeID
  ) throws(FlatteningError) {
    guard case .hardLink(let target) = entry.kind else { return }
    let path = entry.path
    guard let inode = try linkTarget(target, of: path) else {
      throw .linkTargetMissing(path: path, target: target)
    }
    if tree.isDirectory(inode) { throw .linkTargetIsDirectory(path: path, target: target) }
    if let existing = tree.child(name, of: parent) { remove(name, existing, from: parent) }
    tree.link(inode, as: name, in: parent)
  }

  /// The inode that a hard link means.
  ///
  /// Symbolic links among the target's parents are followed; the target itself may be one.
  private func linkTarget(
    _ target: ByteString, of path: ByteString
  ) throws(FlatteningError) -> FileTree.NodeID? {
    var components = target.components
    guard let name = components.popLast() else { return tree.root }
    do throws(Resolution.Obstacle) {
      return try tree.resolve(components).directory.flatMap { tree.child(name, of: $0) }
    } catch {
      switch error {
      case .notADirectory: return nil
      case .loop: throw .symbolicLinkLoop(path: path)
      }
    }
  }

  /// Removes what an entry replaces.
  private mutating func remove(
    _ name: ByteString, _ existing: FileTree.NodeID, from parent: FileTree.NodeID
  ) {
    switch tree[existing].kind {
    case .directory, .symbolicLink: knownParents = [:]
    default: break
    }
    tree.remove(name, from: parent)
  }

  /// Counts an inode that is about to be made.
  private func reserveInode() throws(FlatteningError) {
    guard tree.inodeCount < maximumInodes else { throw .tooManyInodes(limit: maximumInodes) }
  }
}

extension Flattener {
  /// The directory that an entry belongs into; missing ones are made.
  private mutating func parent(
    _ parent: ByteString, of path: ByteString
  ) throws(FlatteningError) -> FileTree.NodeID {
    if let known = knownParents[parent] { return known }
    let found: Resolution
    do throws(Resolution.Obstacle) {
      found = try tree.resolve(parent.components)
    } catch {
      switch error {
      case .notADirectory: throw .parentNotDirectory(path: path)
      case .loop: throw .symbolicLinkLoop(path: path)
      }
    }
    guard found.depth < EntryRules.maximumDepth else { throw .tooDeep(path: path) }
    var directory = found.ancestry.last ?? tree.root
    for name in found.missing {
      try EntryRules.check(name: name, of: path)
      try reserveInode()
      directory = tree.add(
        name, to: directory, attributes: Flattener.impliedAttributes, kind: .directory)
      report.impliedDirectories += 1
    }
    knownParents[parent] = directory
    return directory
  }

  /// What a directory gets that no layer describes.
  private static let impliedAttributes = Attributes(mode: 0o755)

  /// The inode that an entry brings, its content in the image's numbering; nil for a hard link.
  private func kind(of entry: LayerEntry) throws(FlatteningError) -> FileTree.Kind? {
    switch entry.kind {
    case .directory: return .directory
    case .regular(let content): return .regular(try indexOffset.applied(to: content))
    case .symbolicLink(let target):
      try EntryRules.check(target: target, of: entry.path)
      return .symbolicLink(target)
    case .characterDevice(let number):
      try EntryRules.check(device: number, of: entry.path)
      return .characterDevice(number)
    case .blockDevice(let number):
      try EntryRules.check(device: number, of: entry.path)
      return .blockDevice(number)
    case .fifo: return .fifo
    case .hardLink: return nil
    }
  }
}
