extension Volume {
  /// Finds a name in a directory.
  ///
  /// Takes time logarithmic in the directory's size and allocates nothing.
  /// - Returns: The entry, or `nil` when there is none of that name.
  /// - Throws: `wrongKind(needed: .directory)`.
  public func lookup(
    _ name: RawSpan, in directory: Inode
  ) throws(SquashFSError) -> DirectoryEntry? {
    var place = try tables.place(near: name, in: listing(of: directory), index)
    while let entry = try tables.next(&place) {
      let order = try tables.order(name, to: entry)
      if order == 0 { return entry }
      if order < 0 { return nil }
    }
    return nil
  }

  /// Hands the entries of a directory to a closure in the order of their names' bytes, without `.`
  /// and `..`.
  ///
  /// - Parameters:
  ///   - cookie: 0, or the cookie of the last entry that was taken. Cookies grow along a listing,
  ///     are greater than 20 and less than 2³², and mean the same in every process. A value that is
  ///     no entry's stands for the next entry behind it.
  ///   - body: Takes an entry and its name; returns false to stop. The name is valid only there.
  /// - Throws: `wrongKind(needed: .directory)`.
  public func forEachEntry(
    in directory: Inode, from cookie: UInt64 = 0, _ body: (DirectoryEntry, RawSpan) -> Bool
  ) throws(SquashFSError) {
    var place = try tables.place(cookie: cookie, in: listing(of: directory), index)
    while let entry = try tables.next(&place) {
      guard try withName(of: entry, { body(entry, $0) }) else { return }
    }
  }

  /// Lends an entry's name to a closure.
  public func withName<Result>(
    of entry: DirectoryEntry, _ body: (RawSpan) throws(SquashFSError) -> Result
  ) throws(SquashFSError) -> Result {
    try tables.directories.table.withBytes(entry.nameStart, entry.nameCount, body)
  }

  /// An entry's name.
  public func name(of entry: DirectoryEntry) throws(SquashFSError) -> [UInt8] {
    try withName(of: entry) { $0.array }
  }

  private func listing(of inode: Inode) throws(SquashFSError) -> Inode.Listing {
    guard case .directory(let listing) = inode.kind else { throw .wrongKind(needed: .directory) }
    return listing
  }
}
