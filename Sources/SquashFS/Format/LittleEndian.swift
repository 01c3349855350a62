extension RawSpan {
  /// The little-endian number at an offset, or `nil` where the span ends before it does.
  @inline(__always)
  private func word<Word: FixedWidthInteger & BitwiseCopyable>(
    _ type: Word.Type, at offset: Int
  ) -> Word? {
    guard offset >= 0, offset <= byteCount - MemoryLayout<Word>.size else { return nil }
    return Word(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The 16-bit number at an offset of the superblock.
  func word16(at offset: Int) throws(SquashFSError) -> UInt16 {
    guard let word = word(UInt16.self, at: offset) else { throw .corrupt(.superblock, .badSize) }
    return word
  }

  /// The 32-bit number at an offset of the superblock.
  func word32(at offset: Int) throws(SquashFSError) -> UInt32 {
    guard let word = word(UInt32.self, at: offset) else { throw .corrupt(.superblock, .badSize) }
    return word
  }

  /// The 64-bit number at an offset of the superblock.
  func word64(at offset: Int) throws(SquashFSError) -> UInt64 {
    guard let word = word(UInt64.self, at: offset) else { throw .corrupt(.superblock, .badSize) }
    return word
  }
}
