public import SystemPackage

/// One entry of a directory listing, as the kernel reads it from a ``DirectoryPage``.
public struct ListedEntry: Hashable, Sendable {
  /// The name's bytes.
  public let name: [UInt8]
  /// The inode number that readdir(3) shows.
  public let inode: UInt64
  /// The type that readdir(3) shows; nil when it is none that there is.
  public let kind: NodeKind?
  /// From where a later listing continues after this entry.
  public let cookie: UInt64
  /// The whole entry, in a listing that was asked for those; its node is ``NodeID/none`` where a
  /// later lookup is to find it.
  public let entry: Entry?
}

extension FileSystem {
  /// One page of a directory listing, for readers that are not the kernel.
  ///
  /// - Parameters:
  ///   - cookie: 0 for the beginning, else that of the last entry read.
  ///   - capacity: The size of the page in bytes; an entry takes 24 (in whole form 152) and the
  ///     name, rounded up to 8.
  ///   - wholeEntries: Whether entries are asked for with their attributes (readdirplus).
  /// - Returns: The entries that fit; none at the end of the directory.
  public func entries(
    of node: NodeID, after cookie: UInt64 = 0, capacity: Int = 4096, wholeEntries: Bool = false,
    caller: Caller
  ) throws(Errno) -> [ListedEntry] {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    defer { memory.deallocate() }
    var page = DirectoryPage(nil, memory, wantsEntries: wholeEntries)
    try list(node, after: cookie, into: &page, caller: caller)
    var reader = PageReader(
      bytes: UnsafeRawBufferPointer(rebasing: memory[..<page.filled]), isWhole: wholeEntries)
    var entries: [ListedEntry] = []
    while let entry = reader.next() { entries.append(entry) }
    return entries
  }
}
