internal import CSquashfs

/// Writes bytes as a run of compressed metadata blocks of 8 KiB (one table).
///
/// Positions are relative to the first block of the run.
struct MetadataBlockWriter: ~Copyable {
  /// What libsquashfs is given.
  let pointer: OpaquePointer
  // libsquashfs keeps pointers to both.
  private let file: MemoryFile
  private let compressor: MetadataCompressor

  /// Makes a writer whose blocks are appended to a file.
  init(file: MemoryFile, compressor: MetadataCompressor) throws(SquashFSError) {
    pointer = try LibraryStatus.check(
      sqfs_meta_writer_create(file.pointer, compressor.pointer, 0), "making a metadata writer")
    self.file = file
    self.compressor = compressor
  }

  deinit { sqfs_destroy(UnsafeMutableRawPointer(pointer)) }

  /// Where the next byte goes.
  ///
  /// - Throws: `notRepresentable` when the table is larger than the 4 GiB a reference can reach.
  func position(in table: String) throws(SquashFSError) -> InodeReference {
    var block: UInt64 = 0
    var offset: UInt32 = 0
    sqfs_meta_writer_get_position(pointer, &block, &offset)
    guard let block = UInt32(exactly: block), let offset = UInt16(exactly: offset) else {
      throw .notRepresentable("so many files: the \(table) is larger than 4 GiB")
    }
    return InodeReference(block: block, offset: offset)
  }

  /// Writes bytes.
  func append(_ bytes: [UInt8]) throws(SquashFSError) {
    let status = bytes.withUnsafeBytes {
      sqfs_meta_writer_append(pointer, $0.baseAddress, $0.count)
    }
    try LibraryStatus.check(status, "writing metadata")
  }

  /// Writes the words of a file's blocks.
  func append(words: [SizeWord]) throws(SquashFSError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * MemoryLayout<UInt32>.size)
    for word in words { bytes.appendLittleEndian(word.rawValue) }
    try append(bytes)
  }

  /// Writes the fixed part of an inode, and the target of a symbolic link.
  func append(_ inode: UnsafePointer<sqfs_inode_generic_t>) throws(SquashFSError) {
    try LibraryStatus.check(
      sqfs_meta_writer_write_inode(pointer, inode), "writing an inode")
  }

  /// Ends the last block; nothing may be written after.
  func finish() throws(SquashFSError) {
    try LibraryStatus.check(sqfs_meta_writer_flush(pointer), "ending a table")
  }
}
