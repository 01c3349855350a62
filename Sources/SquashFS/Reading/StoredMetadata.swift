internal import Compression

/// The stored bytes of all metadata, and the way from them to flat tables; lives while a volume is
/// opened.
///
/// Metadata is stored in blocks of 8 KiB, each behind a 16-bit header: bits 0 to 14 hold the stored
/// size, bit 15 says that the bytes are not compressed.
struct StoredMetadata {
  /// The size of a decompressed metadata block; the last block of a table may be shorter.
  static let blockSize = 8192

  let memory: FlatMemory
  /// Which byte of the image is the first in `memory`.
  let start: UInt64
  private let decompressor: BlockDecompressor
  private let limit: UInt64
  private var remaining: UInt64

  /// Reads everything from the inode table to the end of the image, with one read.
  init(
    _ blob: some Blob, superblock: Superblock, limits: VolumeLimits
  ) throws(SquashFSError) {
    start = superblock.inodeTable
    decompressor = BlockDecompressor(superblock.compressor)
    limit = limits.metadataBytes
    remaining = limit
    let count = superblock.bytesUsed - start
    guard count <= limit else { throw .tooLarge(.inodeTable, limit: limit) }
    let offset = start
    memory = try FlatMemory(capacity: Int(count)) { (bytes) throws(SquashFSError) in
      try blob.read(at: offset, into: &bytes)
      return Int(count)
    }
  }

  /// Counts memory against the limit.
  mutating func reserve(
    _ bytes: UInt64, for structure: SquashFSError.Structure
  ) throws(SquashFSError) {
    guard bytes <= remaining else { throw .tooLarge(structure, limit: limit) }
    remaining -= bytes
  }

  /// Where a byte of the image lies in `memory`.
  func offset(
    of address: UInt64, _ structure: SquashFSError.Structure
  ) throws(SquashFSError) -> Int {
    guard address >= start, address - start <= UInt64(memory.count) else {
      throw .corrupt(structure, .outOfBounds)
    }
    return Int(address - start)
  }

  /// The stored bytes of the metadata block at an offset of `memory`.
  func block(
    at offset: Int, _ structure: SquashFSError.Structure
  ) throws(SquashFSError) -> (bytes: Range<Int>, isCompressed: Bool) {
    let header = try Table(memory: memory, structure: structure).word16(offset)
    let size = Int(header & 0x7FFF)
    guard size > 0, size <= Self.blockSize else { throw .corrupt(structure, .badSize) }
    guard memory.contains(offset + 2, size) else { throw .corrupt(structure, .outOfBounds) }
    return (offset + 2..<offset + 2 + size, header & 0x8000 == 0)
  }

  /// Decompresses the metadata block at an offset of `memory` and returns its size.
  ///
  /// - Parameter target: At least ``blockSize`` bytes; never are more written.
  func decode(
    at offset: Int, into target: inout MutableRawSpan, _ structure: SquashFSError.Structure
  ) throws(SquashFSError) -> Int {
    let (range, isCompressed) = try block(at: offset, structure)
    let count = try memory.withBytes(range) { (stored) throws(SquashFSError) in
      guard isCompressed else { return target.copyPrefix(from: stored) }
      do throws(CompressionError) {
        return try decompressor.decompress(stored, into: &target)
      } catch {
        throw SquashFSError.corrupt(structure, .undecodable)
      }
    }
    guard let count, count > 0, count <= Self.blockSize else {
      throw .corrupt(structure, .badSize)
    }
    return count
  }
}
