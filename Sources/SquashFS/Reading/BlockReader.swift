internal import Compression
internal import Synchronization

/// Reads the content of regular files: blob, volume and decompressor together.
///
/// For tools and tests: it keeps nothing but the fragment block used last. May be used from any
/// number of threads.
public final class BlockReader: Sendable {
  private let volume: Volume
  private let blob: any Blob
  private let decompressor: BlockDecompressor
  private let last = Mutex<(number: UInt32, memory: FlatMemory)?>(nil)

  /// Makes a reader; the blob must be the one that the volume was opened from.
  public init(_ volume: Volume, _ blob: any Blob) {
    self.volume = volume
    self.blob = blob
    decompressor = BlockDecompressor(volume.superblock.compressor)
  }

  /// Fills a buffer with a file's bytes from an offset on.
  ///
  /// - Returns: How many bytes were read: less than the buffer holds only at the end of the file.
  /// - Throws: `wrongKind(needed: .regularFile)`, `corrupt(.dataBlock, …)`, or what the blob throws.
  public func read(
    _ inode: Inode, at offset: UInt64, into buffer: inout MutableRawSpan
  ) throws(SquashFSError) -> Int {
    guard case .regular(let file) = inode.kind else { throw .wrongKind(needed: .regularFile) }
    guard offset < file.size else { return 0 }
    let count = Int(min(UInt64(buffer.byteCount), file.size - offset))
    let blockSize = UInt64(volume.superblock.blockSize)
    var done = 0
    while done < count {
      let position = offset + UInt64(done)
      let skip = Int(position % blockSize)
      let length = min(count - done, Int(blockSize) - skip)
      try buffer.withPiece(done..<done + length) { (piece) throws(SquashFSError) in
        try readPiece(inode, block: position / blockSize, skip: skip, into: &piece)
      }
      done += length
    }
    return count
  }

  /// Fills a buffer with bytes that lie in one block or in the tail.
  private func readPiece(
    _ inode: Inode, block: UInt64, skip: Int, into piece: inout MutableRawSpan
  ) throws(SquashFSError) {
    let number = Int(block)
    guard number < (try volume.blockCount(of: inode)) else {
      return try readTail(inode, skip: skip, into: &piece)
    }
    switch try volume.block(number, of: inode) {
    case .hole:
      piece.zero(0..<piece.byteCount)
    case .stored(let stored):
      // A whole block is decompressed where it is wanted.
      if skip == 0, piece.byteCount == Int(stored.size) {
        guard try decode(stored, into: &piece) == Int(stored.size) else {
          throw .corrupt(.dataBlock, .badSize)
        }
      } else {
        let memory = try memory(of: stored)
        guard memory.count == Int(stored.size) else { throw .corrupt(.dataBlock, .badSize) }
        try copy(memory, from: skip, into: &piece)
      }
    }
  }

  private func readTail(
    _ inode: Inode, skip: Int, into piece: inout MutableRawSpan
  ) throws(SquashFSError) {
    guard let tail = try volume.tail(of: inode) else { throw .corrupt(.regularFile, .mismatch) }
    try copy(fragment(tail.fragment), from: Int(tail.offset) + skip, into: &piece)
  }

  private func copy(
    _ memory: FlatMemory, from start: Int, into piece: inout MutableRawSpan
  ) throws(SquashFSError) {
    guard memory.contains(start, piece.byteCount) else { throw .corrupt(.dataBlock, .badSize) }
    _ = memory.withBytes(start..<start + piece.byteCount) { piece.copyPrefix(from: $0) }
  }
}

extension BlockReader {
  /// A fragment block, decompressed.
  private func fragment(_ number: UInt32) throws(SquashFSError) -> FlatMemory {
    if let memory = last.withLock({ $0?.number == number ? $0?.memory : nil }) { return memory }
    guard case .stored(let stored) = try volume.fragment(number) else {
      throw .corrupt(.fragmentTable, .badValue)
    }
    let memory = try memory(of: stored)
    last.withLock { $0 = (number, memory) }
    return memory
  }

  /// A stored block, decompressed.
  private func memory(of stored: StoredBlock) throws(SquashFSError) -> FlatMemory {
    try FlatMemory(capacity: Int(stored.size)) { (bytes) throws(SquashFSError) in
      try decode(stored, into: &bytes)
    }
  }

  /// Reads a stored block and decompresses it; returns its size.
  private func decode(
    _ stored: StoredBlock, into target: inout MutableRawSpan
  ) throws(SquashFSError) -> Int {
    let count = Int(stored.storedSize)
    if !stored.isCompressed {
      guard count <= target.byteCount else { throw .corrupt(.dataBlock, .badSize) }
      return try target.withPiece(0..<count) { (piece) throws(SquashFSError) in
        try blob.read(at: stored.offset, into: &piece)
        return count
      }
    }
    let input = try FlatMemory(capacity: count) { (bytes) throws(SquashFSError) in
      try blob.read(at: stored.offset, into: &bytes)
      return count
    }
    let size = try input.withBytes(0..<count) { (bytes) throws(SquashFSError) in
      do throws(CompressionError) {
        return try decompressor.decompress(bytes, into: &target)
      } catch {
        throw SquashFSError.corrupt(.dataBlock, .undecodable)
      }
    }
    guard let size else { throw .corrupt(.dataBlock, .badSize) }
    return size
  }
}
