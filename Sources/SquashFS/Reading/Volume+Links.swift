extension Volume {
  /// Lends the target of a symbolic link to a closure.
  ///
  /// - Throws: `wrongKind(needed: .symbolicLink)`, and whatever the closure throws.
  public func withLinkTarget<Result>(
    of inode: Inode, _ body: (RawSpan) throws(SquashFSError) -> Result
  ) throws(SquashFSError) -> Result {
    guard case .symbolicLink(let target) = inode.kind else {
      throw .wrongKind(needed: .symbolicLink)
    }
    return try tables.inodes.table.withBytes(target.start, target.byteCount, body)
  }

  /// The target of a symbolic link: less than 4096 bytes, none of them zero.
  public func linkTarget(of inode: Inode) throws(SquashFSError) -> [UInt8] {
    try withLinkTarget(of: inode) { $0.array }
  }
}
