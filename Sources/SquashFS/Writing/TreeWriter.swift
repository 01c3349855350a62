internal import CSquashfs
internal import Compression
internal import FileTree

/// Writes the inodes and listings of one tree, and the tables that they refer to.
struct TreeWriter: ~Copyable {
  let order: InodeOrder
  let rules: LayoutRules
  let tables: MemoryFile
  private let directoryFile: MemoryFile
  let compressor: MetadataCompressor
  let inodes: InodeWriter
  let directories: DirectoryWriter
  var ids = IDTable()
  var xattrs = XattrTable()
  /// Where each inode lies, by number less 1; `nil` for those that are not written yet.
  var references: [InodeReference?]
  /// The listings of directories whose inodes are not written yet.
  var listings: [FileTree.NodeID: (listing: DirectoryListing, subdirectories: Int)] = [:]
  /// Whether each tail end is in a fragment block.
  var allTailsAreFragments = true

  /// Makes a writer of an ordered tree.
  ///
  /// - Parameter inodeFile: What all tables are appended to; its size is where they start.
  init(
    order: consuming InodeOrder, rules: LayoutRules, inodeFile: MemoryFile,
    compressor: MetadataCompressor
  ) throws(SquashFSError) {
    let directoryFile = MemoryFile(base: 0)
    let inodes = InodeWriter(try MetadataBlockWriter(file: inodeFile, compressor: compressor))
    let directories = try DirectoryWriter(
      try MetadataBlockWriter(file: directoryFile, compressor: compressor))
    references = Array(repeating: nil, count: Int(order.count))
    self.order = order
    self.rules = rules
    self.compressor = compressor
    tables = inodeFile
    self.directoryFile = directoryFile
    self.inodes = inodes
    self.directories = directories
  }

  /// Writes everything, once.
  ///
  /// - Returns: The superblock, but for the size of the file system.
  mutating func write(
    _ tree: FileTree, _ layout: BlobLayout, _ parameters: VolumeParameters
  ) throws(SquashFSError) -> sqfs_super_t {
    var superblock = try makeSuperblock(parameters)
    superblock.inode_table_start = tables.size
    let root = try writeInodes(of: tree, layout)
    superblock.root_inode_ref = root.rawValue
    superblock.directory_table_start = tables.size
    try directories.finish()
    tables.append(directoryFile.bytes)
    try writeTables(&superblock, layout)
    superblock.flags = flags(layout, parameters).rawValue
    return superblock
  }

  private func makeSuperblock(
    _ parameters: VolumeParameters
  ) throws(SquashFSError) -> sqfs_super_t {
    var superblock = sqfs_super_t()
    try LibraryStatus.check(
      sqfs_super_init(
        &superblock, Int(parameters.blockSize), 0,
        SQFS_COMPRESSOR(UInt32(parameters.compressor.rawValue))), "making the superblock")
    superblock.inode_count = order.count
    return superblock
  }

  private func flags(_ layout: BlobLayout, _ parameters: VolumeParameters) -> Superblock.Flags {
    var flags: Superblock.Flags = [.deduplicated, .exportable]
    if layout.fragments.isEmpty {
      flags.insert(.noFragments)
    } else if allTailsAreFragments {
      flags.insert(.alwaysFragments)
    }
    if xattrs.isEmpty { flags.insert(.noXattrs) }
    if !parameters.optionsBlock.isEmpty { flags.insert(.compressorOptions) }
    return flags
  }
}
