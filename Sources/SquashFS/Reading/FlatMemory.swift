/// A table in memory: filled once, then read by any number of threads, every access checked.
final class FlatMemory: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  /// The number of bytes that were filled.
  let count: Int

  /// Makes room for `capacity` bytes and fills it; `body` returns how many bytes count.
  init(
    capacity: Int, filling body: (inout MutableRawSpan) throws(SquashFSError) -> Int
  ) throws(SquashFSError) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 16)
    guard let base = memory.baseAddress else { preconditionFailure("allocate returns memory") }
    do throws(SquashFSError) {
      var span = UnsafeMutableRawBufferPointer(start: base, count: capacity).mutableBytes
      let filled = try body(&span)
      precondition(filled >= 0 && filled <= capacity, "filled more than there is room for")
      self.count = filled
    } catch {
      memory.deallocate()
      throw error
    }
    self.base = base
  }

  /// A table of nothing.
  convenience init() throws(SquashFSError) {
    try self.init(capacity: 0) { (_: inout MutableRawSpan) throws(SquashFSError) in 0 }
  }

  deinit { base.deallocate() }

  /// Lends some of the bytes to a closure; `nil` when the range is not inside of the table.
  @inline(__always)
  func withBytes<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    let bytes = UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    return try body(bytes.bytes)
  }
}

extension FlatMemory {
  /// Whether `length` bytes from `offset` on are inside of the table; no overflow, no trap.
  @inline(__always)
  func contains(_ offset: Int, _ length: Int) -> Bool {
    offset >= 0 && length >= 0 && offset <= count && length <= count - offset
  }

  /// The little-endian number at an offset, or `nil` when it is not inside of the table.
  @inline(__always)
  func word<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type, at offset: Int) -> Word? {
    guard contains(offset, MemoryLayout<Word>.size) else { return nil }
    return Word(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Word.self))
  }
}
