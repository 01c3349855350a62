extension FileTree {
  /// The canonical text of the tree, without digests of contents; see ``DumpLine``.
  public func dump() -> [DumpLine] {
    dump { _ throws(Never) in nil }
  }

  /// The canonical text of the tree; see ``DumpLine``.
  ///
  /// - Parameter digest: Gives the digest of a regular file's content; asked once per inode.
  /// - Throws: What `digest` throws.
  public func dump<Failure: Error>(
    digest: (FileContent) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> [DumpLine] {
    var dump = Dump()
    try forEachName { path, id throws(Failure) in
      try dump.add(path, identity: UInt64(id.index)) { () throws(Failure) in
        var inode = describe(id)
        if case .regular(let content) = nodes[id.index].kind {
          inode.digest = try digest(content)
        }
        return inode
      }
    }
    return dump.lines()
  }

  private func describe(_ id: NodeID) -> DumpedInode {
    let node = nodes[id.index]
    var inode = DumpedInode(
      mode: node.kind.typeBits | UInt32(node.attributes.mode), uid: node.attributes.uid,
      gid: node.attributes.gid, mtime: Int64(node.attributes.mtime), links: UInt64(node.names),
      xattrs: node.attributes.xattrs)
    switch node.kind {
    case .directory, .fifo: break
    case .regular(let content): inode.size = content.size
    case .symbolicLink(let target):
      inode.size = UInt64(target.count)
      inode.payload = .target(target)
    case .characterDevice(let number), .blockDevice(let number): inode.payload = .device(number)
    }
    return inode
  }
}

extension FileTree.Kind {
  /// The type as in `st_mode & S_IFMT` (inode(7)).
  public var typeBits: UInt32 {
    switch self {
    case .fifo: 0o010000
    case .characterDevice: 0o020000
    case .directory: 0o040000
    case .blockDevice: 0o060000
    case .regular: 0o100000
    case .symbolicLink: 0o120000
    }
  }
}
