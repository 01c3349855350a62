/// A piece of memory that is filled once and then shared, unchanging, by any number of owners.
///
/// It is freed when the last owner lets go. Reading it from several threads is safe; filling it
/// happens in the initializer, before anybody else can see it.
public final class SharedBuffer: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  /// The number of bytes that were filled.
  public let count: Int

  /// Makes room for `capacity` bytes and fills it.
  ///
  /// - Parameter body: Fills the memory, which is uninitialised, and returns how many bytes of it
  ///   count.
  public init<Failure: Error>(
    capacity: Int, filling body: (inout MutableRawSpan) throws(Failure) -> Int
  ) throws(Failure) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 64)
    guard let base = memory.baseAddress else { preconditionFailure("allocate returns memory") }
    do throws(Failure) {
      var span = memory.mutableBytes
      let filled = try body(&span)
      precondition(filled >= 0 && filled <= capacity, "filled more than there is room for")
      self.count = filled
    } catch {
      memory.deallocate()
      throw error
    }
    self.base = base
  }

  /// Makes a buffer with a copy of some bytes.
  public convenience init(copying bytes: RawSpan) {
    self.init(capacity: bytes.byteCount) { span in
      bytes.withUnsafeBytes { source in
        span.withUnsafeMutableBytes { $0.copyMemory(from: source) }
      }
      return bytes.byteCount
    }
  }

  deinit { base.deallocate() }

  /// Lends the bytes to a closure.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count).bytes)
  }
}
