internal import CZlib

/// SquashFS' "gzip": zlib streams (RFC 1950), with their Adler-32 checked.
final class ZlibDecompression: BlockDecoding {
  private let contexts = ContextPool { InflateContext(windowBits: MAX_WBITS) }

  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    context.reset()
    let step = context.inflate(input, into: output, flush: Z_FINISH)
    switch step.status {
    case Z_STREAM_END where step.consumed == input.count: return step.produced
    case Z_OK, Z_BUF_ERROR:
      if step.consumed == input.count { throw .truncated(format: "gzip") }
      throw .tooLarge(limit: UInt64(output.count))
    default: throw .corrupt(format: "gzip")
    }
  }
}

/// One zlib inflate state.
///
/// Used by one caller at a time, hence unchecked.
final class InflateContext: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<z_stream>

  /// What one call of zlib did.
  struct Step {
    /// Z_OK, Z_STREAM_END, Z_BUF_ERROR, or an error.
    let status: Int32
    /// Bytes taken from the input.
    let consumed: Int
    /// Bytes written to the output.
    let produced: Int
  }

  /// `windowBits` as in inflateInit2: 15 for a zlib stream, 15 + 16 for a gzip member.
  init(windowBits: Int32) {
    stream = .allocate(capacity: 1)
    // A z_stream must not move once initialised: its inner state points back to it.
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "out of memory for a zlib context")
  }

  /// Makes ready for another stream.
  func reset() {
    inflateReset(stream)
  }

  /// Runs zlib once over buffers of less than 4 GiB each.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, flush: Int32
  ) -> Step {
    // zlib's next_in is not const, but nothing is written through it.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let status = CZlib.inflate(stream, flush)
    defer {
      stream.pointee.next_in = nil
      stream.pointee.next_out = nil
    }
    return Step(
      status: status, consumed: input.count - Int(stream.pointee.avail_in),
      produced: output.count - Int(stream.pointee.avail_out))
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }
}
