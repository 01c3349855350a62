internal import CSquashfs
internal import FileTree

/// Writes the inode table.
struct InodeWriter: ~Copyable {
  /// What every inode has, in SquashFS's terms.
  struct Common {
    /// Permission bits; the kind is added.
    var permissions: UInt16
    /// The index of the owner.
    var uid: UInt16
    /// The index of the group.
    var gid: UInt16
    /// Seconds since the epoch.
    var mtime: UInt32
    /// The inode number.
    var number: UInt32
    /// The number of links as stat(2) tells it.
    var links: UInt32
    /// The index of the extended attributes, or ``XattrTable/none``.
    var xattrs: UInt32
  }

  private let blocks: MetadataBlockWriter
  /// One inode, with room for the target of a symbolic link after it.
  private let inode: UnsafeMutablePointer<sqfs_inode_generic_t>

  /// The format has room for more, but Linux neither makes nor shows longer targets (PATH_MAX),
  /// and ``Volume`` refuses an image with one.
  private static let longestTarget = 4095
  private static let fixedSize = MemoryLayout<sqfs_inode_generic_t>.size
  /// The fragment index of a file without tail end.
  private static let noFragment: UInt32 = .max

  /// Makes a writer to a table.
  init(_ blocks: consuming MetadataBlockWriter) {
    self.blocks = blocks
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: Self.fixedSize + Self.longestTarget + 1,
      alignment: MemoryLayout<sqfs_inode_generic_t>.alignment)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.fixedSize)
    inode = memory.bindMemory(to: sqfs_inode_generic_t.self, capacity: 1)
  }

  deinit { UnsafeMutableRawPointer(inode).deallocate() }

  /// Ends the table.
  func finish() throws(SquashFSError) { try blocks.finish() }

  /// Writes a directory whose listing is written already.
  func writeDirectory(
    _ common: Common, listing: DirectoryListing, parent: UInt32
  ) throws(SquashFSError) -> InodeReference {
    let block = UInt32(truncatingIfNeeded: listing.start.block)
    let offset = UInt16(truncatingIfNeeded: listing.start.offset)
    guard listing.needsExtendedInode || common.xattrs != XattrTable.none else {
      begin(common, SQFS_INODE_DIR)
      inode.pointee.data.dir = sqfs_inode_dir_t(
        start_block: block, nlink: common.links, size: UInt16(listing.statedSize),
        offset: offset, parent_inode: parent)
      return try end()
    }
    begin(common, SQFS_INODE_EXT_DIR)
    inode.pointee.data.dir_ext = sqfs_inode_dir_ext_t(
      nlink: common.links, size: listing.statedSize, start_block: block, parent_inode: parent,
      inodex_count: listing.indexCount, offset: offset, xattr_idx: common.xattrs)
    let reference = try end()
    try blocks.append(listing.index)
    return reference
  }

  /// Writes a regular file, which keeps the ``LayoutRules``.
  func writeFile(
    _ common: Common, size: UInt64, file: LinkedFile, blockSize: UInt64
  ) throws(SquashFSError) -> InodeReference {
    let start = file.storesBlocks ? file.start : 0
    let holes = file.holeSize(of: size, blockSize: blockSize)
    let fragment = file.tail?.fragment ?? Self.noFragment
    let fragmentOffset = file.tail?.offset ?? 0
    if common.links == 1, common.xattrs == XattrTable.none, holes == 0,
      let shortStart = UInt32(exactly: start), let shortSize = UInt32(exactly: size)
    {
      begin(common, SQFS_INODE_FILE)
      inode.pointee.data.file = sqfs_inode_file_t(
        blocks_start: shortStart, fragment_index: fragment, fragment_offset: fragmentOffset,
        file_size: shortSize)
    } else {
      begin(common, SQFS_INODE_EXT_FILE)
      inode.pointee.data.file_ext = sqfs_inode_file_ext_t(
        blocks_start: start, file_size: size, sparse: holes, nlink: common.links,
        fragment_idx: fragment, fragment_offset: fragmentOffset, xattr_idx: common.xattrs)
    }
    // The words follow here, not as the inode's payload: libsquashfs would put a copy of them on
    // the stack, 32 MiB for a terabyte in blocks of 128 KiB.
    let reference = try end()
    try blocks.append(words: file.blocks)
    return reference
  }

  /// Writes a symbolic link.
  ///
  /// - Throws: `notRepresentable` for a target that is empty or longer than 4,095 bytes.
  func writeSymbolicLink(
    _ common: Common, target: ByteString
  ) throws(SquashFSError) -> InodeReference {
    guard (1...Self.longestTarget).contains(target.count), !target.bytes.contains(0) else {
      throw .notRepresentable("a symbolic link with a target of \(target.count) bytes")
    }
    let size = UInt32(target.count)
    if common.xattrs == XattrTable.none {
      begin(common, SQFS_INODE_SLINK)
      inode.pointee.data.slink = sqfs_inode_slink_t(nlink: common.links, target_size: size)
    } else {
      begin(common, SQFS_INODE_EXT_SLINK)
      inode.pointee.data.slink_ext = sqfs_inode_slink_ext_t(
        nlink: common.links, target_size: size, xattr_idx: common.xattrs)
    }
    let payload = UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(inode) + Self.fixedSize, count: target.count)
    payload.copyBytes(from: target.bytes)
    return try end()
  }

  /// Writes a device node.
  ///
  /// - Throws: `notRepresentable` for a number beyond 12 bits of major and 20 of minor.
  func writeDevice(
    _ common: Common, _ device: DeviceNumber, isBlock: Bool
  ) throws(SquashFSError) -> InodeReference {
    guard device.major < 1 << 12, device.minor < 1 << 20 else {
      throw .notRepresentable("the device number \(device.major):\(device.minor)")
    }
    // As Linux' new_encode_dev.
    let number = device.minor & 0xFF | device.major << 8 | (device.minor & ~0xFF) << 12
    if common.xattrs == XattrTable.none {
      begin(common, isBlock ? SQFS_INODE_BDEV : SQFS_INODE_CDEV)
      inode.pointee.data.dev = sqfs_inode_dev_t(nlink: common.links, devno: number)
    } else {
      begin(common, isBlock ? SQFS_INODE_EXT_BDEV : SQFS_INODE_EXT_CDEV)
      inode.pointee.data.dev_ext = sqfs_inode_dev_ext_t(
        nlink: common.links, devno: number, xattr_idx: common.xattrs)
    }
    return try end()
  }

  /// Writes a fifo.
  func writeFifo(_ common: Common) throws(SquashFSError) -> InodeReference {
    if common.xattrs == XattrTable.none {
      begin(common, SQFS_INODE_FIFO)
      inode.pointee.data.ipc = sqfs_inode_ipc_t(nlink: common.links)
    } else {
      begin(common, SQFS_INODE_EXT_FIFO)
      inode.pointee.data.ipc_ext = sqfs_inode_ipc_ext_t(
        nlink: common.links, xattr_idx: common.xattrs)
    }
    return try end()
  }

  private func begin(_ common: Common, _ type: SQFS_INODE_TYPE) {
    inode.pointee.payload_bytes_available = 0
    inode.pointee.payload_bytes_used = 0
    // The file format keeps the kind in the type only; libsquashfs takes it off the mode.
    inode.pointee.base = sqfs_inode_t(
      type: UInt16(type.rawValue), mode: common.permissions, uid_idx: common.uid,
      gid_idx: common.gid, mod_time: common.mtime, inode_number: common.number)
  }

  private func end() throws(SquashFSError) -> InodeReference {
    let reference = try blocks.position(in: "inode table")
    try blocks.append(inode)
    return reference
  }
}
