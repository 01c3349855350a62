internal import CSquashfs
internal import FileTree

/// Writes the directory table: the listings of directories.
struct DirectoryWriter: ~Copyable {
  private let pointer: OpaquePointer
  private let blocks: MetadataBlockWriter

  /// Makes a writer to a table.
  init(_ blocks: consuming MetadataBlockWriter) throws(SquashFSError) {
    pointer = try LibraryStatus.check(
      sqfs_dir_writer_create(blocks.pointer, 0), "making a directory writer")
    self.blocks = blocks
  }

  deinit { sqfs_destroy(UnsafeMutableRawPointer(pointer)) }

  /// Starts the listing of a directory.
  func begin() throws(SquashFSError) {
    try LibraryStatus.check(sqfs_dir_writer_begin(pointer, 0), "starting a directory")
  }

  /// Adds an entry to the listing; names must come in ascending order of their bytes.
  ///
  /// - Parameter mode: The inode's kind, as in stat(2).
  func add(
    _ name: ByteString, number: UInt32, reference: InodeReference, mode: UInt16
  ) throws(SquashFSError) {
    let status = (name.bytes + [0]).withUnsafeBytes { bytes in
      sqfs_dir_writer_add_entry(
        pointer, bytes.bindMemory(to: CChar.self).baseAddress, number, reference.rawValue, mode)
    }
    try LibraryStatus.check(status, "listing the name '\(name)'")
  }

  /// Writes the listing.
  func end() throws(SquashFSError) -> DirectoryListing {
    let start = try blocks.position(in: "directory table")
    try LibraryStatus.check(sqfs_dir_writer_end(pointer), "writing a directory")
    let size = sqfs_dir_writer_get_size(pointer)
    guard let size = UInt32(exactly: size), size <= .max - DirectoryListing.dotEntries else {
      throw .notRepresentable("a directory whose listing takes \(size) bytes")
    }
    var listing = DirectoryListing(start: start, size: size)
    if listing.needsExtendedInode { listing.setIndex(try headers()) }
    return listing
  }

  /// Ends the table.
  func finish() throws(SquashFSError) { try blocks.finish() }

  /// The headers of the listing just written.
  ///
  /// libsquashfs tells them only as a ready inode, with one index entry for each, and counts them
  /// in 16 bits: take them from its bytes, not from its count.
  private func headers() throws(SquashFSError) -> [DirectoryIndexEntry] {
    let inode = DirectoryInode(
      pointer: try LibraryStatus.check(
        sqfs_dir_writer_create_inode(pointer, 0, .max, 0), "making a directory's index"))
    return inode.index()
  }
}

/// The inode that libsquashfs makes of a listing, in host byte order.
private struct DirectoryInode: ~Copyable {
  let pointer: UnsafeMutablePointer<sqfs_inode_generic_t>

  deinit { sqfs_free(pointer) }

  func index() -> [DirectoryIndexEntry] {
    var entries: [DirectoryIndexEntry] = []
    let payload = UnsafeRawBufferPointer(
      start: UnsafeRawPointer(pointer) + MemoryLayout<sqfs_inode_generic_t>.size,
      count: Int(pointer.pointee.payload_bytes_used))
    var rest = payload[...]
    while let entry = Self.takeEntry(from: &rest) { entries.append(entry) }
    return entries
  }

  private static func takeEntry(
    from bytes: inout Slice<UnsafeRawBufferPointer>
  ) -> DirectoryIndexEntry? {
    let fixed = MemoryLayout<sqfs_dir_index_t>.size
    guard bytes.count > fixed else { return nil }
    let header = UnsafeRawBufferPointer(rebasing: bytes.prefix(fixed))
      .loadUnaligned(as: sqfs_dir_index_t.self)
    let name = bytes.dropFirst(fixed).prefix(Int(header.size) + 1)
    bytes = bytes.dropFirst(fixed + name.count)
    return DirectoryIndexEntry(
      offset: header.index, block: header.start_block, name: Array(name))
  }
}
