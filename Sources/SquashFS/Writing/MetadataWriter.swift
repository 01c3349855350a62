internal import CSquashfs
public import FileTree

/// Writes the metadata of a root blob: everything but its data area.
public enum MetadataWriter {
  /// Makes the bytes before and after a data area, such that all three together are a SquashFS 4.0
  /// file system with the given tree.
  ///
  /// The bytes are a function of the arguments only: the modification time of the file system is
  /// 0, inodes are numbered as ``InodeOrder`` says, and owners, extended attributes and listings
  /// follow that order. Metadata is compressed as data is. Everything happens in memory.
  ///
  /// - Parameters:
  ///   - tree: The files. Links of a directory count as in Unix: two and its subdirectories.
  ///   - layout: Where the contents of the regular files lie.
  ///   - parameters: What the blocks of the data area were made with.
  /// - Throws: `notRepresentable` for what SquashFS cannot hold: names over 256 bytes or with a
  ///   slash or zero byte, targets over 4,095 bytes, more than 65,535 different owners, extended
  ///   attributes outside `user.`, `trusted.` and `security.`, device numbers over 12 and 20 bits,
  ///   and the like.
  ///   `writingFailed` when the layout contradicts the tree or itself, or memory runs out.
  public static func write(
    tree: FileTree, layout: BlobLayout, parameters: VolumeParameters
  ) throws(SquashFSError) -> Metadata {
    let rules = try LayoutRules(layout, parameters)
    for fragment in layout.fragments { try rules.check(fragment) }
    let tables = MemoryFile(base: rules.dataArea.upperBound)
    let compressor = MetadataCompressor(try parameters.makeCompressor())

    var writer = try TreeWriter(
      order: InodeOrder(tree), rules: rules, inodeFile: tables, compressor: compressor)
    let superblock = try writer.write(tree, layout, parameters)
    return try finish(superblock, tables, parameters)
  }

  /// Linux wants a loop device's file to be made of whole blocks.
  private static let deviceBlockSize: UInt64 = 4096

  private static func finish(
    _ superblock: sqfs_super_t, _ tables: MemoryFile, _ parameters: VolumeParameters
  ) throws(SquashFSError) -> Metadata {
    var superblock = superblock
    superblock.bytes_used = tables.size
    let excess = tables.size % deviceBlockSize
    if excess > 0 {
      tables.append(repeatElement(0, count: Int(deviceBlockSize - excess)))
    }
    let head = MemoryFile(base: 0)
    try LibraryStatus.check(sqfs_super_write(&superblock, head.pointer), "writing the superblock")
    head.append(parameters.optionsBlock)
    return Metadata(head: head.bytes, tail: tables.bytes)
  }
}
