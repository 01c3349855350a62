import SquashFS

// The reader's calls with arrays instead of spans.

extension BlockReader {
  /// Reads into an array.
  func read(
    _ inode: Inode, at offset: UInt64, into array: inout [UInt8]
  ) throws(SquashFSError) -> Int {
    var elements = array.mutableSpan
    var span = elements.mutableBytes
    return try read(inode, at: offset, into: &span)
  }
}

extension Volume {
  /// Finds a name in a directory.
  func lookup(bytes name: [UInt8], in directory: Inode) throws(SquashFSError) -> DirectoryEntry? {
    let span = name.span
    return try lookup(span.bytes, in: directory)
  }

  /// The value of an extended attribute.
  func xattr(bytes name: [UInt8], of inode: Inode) throws(SquashFSError) -> [UInt8]? {
    let span = name.span
    return try xattr(span.bytes, of: inode)
  }
}
