extension FileTree {
  /// The entry of a directory with a name, if there is one; none in what is not a directory.
  public func child(_ name: ByteString, of directory: NodeID) -> NodeID? {
    directories[directory.index]?[name]
  }

  /// The entries of a directory, ordered by name bytes; none for what is not a directory.
  public func children(of directory: NodeID) -> [(name: ByteString, node: NodeID)] {
    (directories[directory.index] ?? [:]).sorted { $0.key < $1.key }
      .map { (name: $0.key, node: $0.value) }
  }

  /// The number of entries of a directory.
  public func childCount(of directory: NodeID) -> Int { directories[directory.index]?.count ?? 0 }

  /// The number of inodes ever added, those without a name included.
  public var inodeCount: Int { nodes.count }

  /// Adds a new inode under a name; the name must be free and the directory in the tree.
  @discardableResult
  public mutating func add(
    _ name: ByteString, to directory: NodeID, attributes: Attributes, kind: Kind
  ) -> NodeID {
    let id = NodeID(index: nodes.count)
    nodes.append(Node(attributes: attributes, kind: kind, names: 0))
    directories.append(kind.isDirectory ? [:] : nil)
    enter(id, as: name, in: directory)
    return id
  }

  /// Gives an inode that is not a directory one more name; the name must be free.
  ///
  /// The inode may have lost its last name: linking brings it back.
  public mutating func link(_ id: NodeID, as name: ByteString, in directory: NodeID) {
    precondition(!isDirectory(id), "a directory has one name")
    enter(id, as: name, in: directory)
  }

  private mutating func enter(_ id: NodeID, as name: ByteString, in directory: NodeID) {
    precondition(directories[directory.index] != nil, "not a directory of this tree")
    let previous = directories[directory.index]?.updateValue(id, forKey: name)
    precondition(previous == nil, "the name is taken")
    nodes[id.index].names += 1
  }

  /// Removes a name and, for a directory, everything below it; a missing name is fine.
  public mutating func remove(_ name: ByteString, from directory: NodeID) {
    guard let id = directories[directory.index]?.removeValue(forKey: name) else { return }
    nodes[id.index].names -= 1
    guard isDirectory(id) else { return }
    removeChildren(of: id)
    directories[id.index] = nil
  }

  /// Empties a directory.
  public mutating func removeChildren(of directory: NodeID) {
    guard let entries = directories[directory.index] else { return }
    directories[directory.index] = [:]
    var pending = Array(entries.values)
    while let id = pending.popLast() {
      nodes[id.index].names -= 1
      guard let below = directories[id.index] else { continue }
      directories[id.index] = nil
      pending.append(contentsOf: below.values)
    }
  }
}
