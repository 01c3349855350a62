/// A table of the image together with what to call it when it is damaged.
struct Table: Sendable {
  let memory: FlatMemory
  let structure: SquashFSError.Structure

  /// The 16-bit number at an offset.
  @inline(__always)
  func word16(_ offset: Int) throws(SquashFSError) -> UInt16 {
    guard let word = memory.word(UInt16.self, at: offset) else { throw outOfBounds }
    return word
  }

  /// The 32-bit number at an offset.
  @inline(__always)
  func word32(_ offset: Int) throws(SquashFSError) -> UInt32 {
    guard let word = memory.word(UInt32.self, at: offset) else { throw outOfBounds }
    return word
  }

  /// The 64-bit number at an offset.
  @inline(__always)
  func word64(_ offset: Int) throws(SquashFSError) -> UInt64 {
    guard let word = memory.word(UInt64.self, at: offset) else { throw outOfBounds }
    return word
  }

  /// Lends bytes to a closure.
  @inline(__always)
  func withBytes<Result>(
    _ offset: Int, _ length: Int, _ body: (RawSpan) throws(SquashFSError) -> Result
  ) throws(SquashFSError) -> Result {
    guard memory.contains(offset, length),
      let result = try memory.withBytes(offset..<offset + length, body)
    else { throw outOfBounds }
    return result
  }

  private var outOfBounds: SquashFSError { .corrupt(structure, .outOfBounds) }
}
