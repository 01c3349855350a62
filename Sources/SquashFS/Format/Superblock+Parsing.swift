internal import Compression

extension Superblock {
  /// Reads a superblock from the first ``byteCount`` bytes and checks what can be checked alone.
  ///
  /// - Throws: `notSquashFS`, `truncated`, `unsupportedVersion`, `unsupportedCompressor`, or
  ///   `corrupt(.superblock, …)`.
  public init(parsing bytes: RawSpan) throws(SquashFSError) {
    guard bytes.byteCount >= 4, try bytes.word32(at: 0) == Self.magic else { throw .notSquashFS }
    guard bytes.byteCount >= Self.byteCount else {
      throw .truncated(needed: UInt64(Self.byteCount), available: UInt64(bytes.byteCount))
    }
    let (major, minor) = (try bytes.word16(at: 28), try bytes.word16(at: 30))
    guard major == 4, minor == 0 else { throw .unsupportedVersion(major: major, minor: minor) }
    let number = try bytes.word16(at: 20)
    guard let compressor = Compressor(rawValue: number) else {
      throw .unsupportedCompressor(number)
    }
    self.init(
      inodeCount: try bytes.word32(at: 4), modificationTime: try bytes.word32(at: 8),
      blockSize: try bytes.word32(at: 12), fragmentCount: try bytes.word32(at: 16),
      compressor: compressor, flags: Flags(rawValue: try bytes.word16(at: 24)),
      idCount: try bytes.word16(at: 26), rootReference: try bytes.word64(at: 32),
      bytesUsed: try bytes.word64(at: 40), idTable: try bytes.word64(at: 48),
      xattrTable: try bytes.word64(at: 56), inodeTable: try bytes.word64(at: 64),
      directoryTable: try bytes.word64(at: 72), fragmentTable: try bytes.word64(at: 80),
      exportTable: try bytes.word64(at: 88))
    let logarithm = try bytes.word16(at: 22)
    guard Self.blockSizes.contains(blockSize), logarithm < 32, blockSize == 1 << logarithm else {
      throw .corrupt(.superblock, .badSize)
    }
    try check()
  }

  /// Checks that the tables are in the order of the format and inside of the file system.
  private func check() throws(SquashFSError) {
    guard inodeCount > 0, idCount > 0 else { throw .corrupt(.superblock, .badValue) }
    guard
      inodeTable >= UInt64(Self.byteCount), inodeTable < directoryTable,
      directoryTable <= idTable, idTable < bytesUsed,
      bytesUsed <= UInt64(Int64.max)
    else { throw .corrupt(.superblock, .outOfBounds) }
    for table in [fragmentCount > 0 ? fragmentTable : Self.noTable, exportTable, xattrTable]
    where table != Self.noTable {
      guard table >= directoryTable, table < bytesUsed else {
        throw .corrupt(.superblock, .outOfBounds)
      }
    }
  }
}
