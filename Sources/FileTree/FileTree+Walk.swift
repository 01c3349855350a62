extension FileTree {
  /// The inodes that have a name, in the order in which they were added: the root first.
  ///
  /// The order depends on nothing but the calls that made the tree.
  public var inodes: [NodeID] {
    nodes.indices.lazy.filter { nodes[$0].names > 0 }.map(NodeID.init(index:))
  }

  /// Calls `body` for every name of the tree: a directory before its entries, those by name bytes.
  ///
  /// Paths have no leading slash; the root's is empty. An inode with several names comes once for
  /// each. Any depth is walked without recursion.
  public func forEachName<Failure: Error>(
    _ body: (_ path: ByteString, _ node: NodeID) throws(Failure) -> Void
  ) throws(Failure) {
    var pending: [(path: ByteString, node: NodeID)] = [(ByteString([]), root)]
    while let next = pending.popLast() {
      try body(next.path, next.node)
      for child in children(of: next.node).reversed() {
        pending.append((next.path.appending(child.name), child.node))
      }
    }
  }

  /// Calls `body` as ``forEachName(_:)`` does, without a path, which would have to be made.
  public func forEachNode<Failure: Error>(
    _ body: (_ node: NodeID) throws(Failure) -> Void
  ) throws(Failure) {
    var pending = [root]
    while let next = pending.popLast() {
      try body(next)
      guard isDirectory(next) else { continue }
      for child in children(of: next).reversed() { pending.append(child.node) }
    }
  }

  /// The inode that a cleaned path names, if there is one; symbolic links are not followed.
  public func node(at path: ByteString) -> NodeID? {
    var current = root
    for name in path.components {
      guard let next = child(name, of: current) else { return nil }
      current = next
    }
    return current
  }

  /// The distinct user and group ids of all inodes together, as SquashFS's id table counts them.
  public var owners: Set<UInt32> {
    var ids: Set<UInt32> = []
    for node in nodes where node.names > 0 {
      ids.insert(node.attributes.uid)
      ids.insert(node.attributes.gid)
    }
    return ids
  }
}
