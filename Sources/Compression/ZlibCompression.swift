internal import CZlib

/// zlib streams with the largest window and the default strategy.
final class ZlibCompression: BlockEncoding {
  private let contexts: ContextPool<DeflateContext>

  init(level: Int) {
    contexts = ContextPool { DeflateContext(level: Int32(level)) }
  }

  func encode(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    return context.deflate(input)
  }
}

/// One zlib deflate state.
///
/// Used by one caller at a time, hence unchecked.
private final class DeflateContext: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<z_stream>
  private var scratch = ScratchBuffer()

  init(level: Int32) {
    stream = .allocate(capacity: 1)
    // A z_stream must not move once initialised: its inner state points back to it.
    stream.initialize(to: z_stream())
    let memoryLevel: Int32 = 8
    let status = deflateInit2_(
      stream, level, Z_DEFLATED, MAX_WBITS, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "out of memory for a zlib context")
  }

  func deflate(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    deflateReset(stream)
    let output = scratch.reserve(Int(deflateBound(stream, UInt(input.count))))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let status = CZlib.deflate(stream, Z_FINISH)
    precondition(status == Z_STREAM_END, "deflateBound is an upper bound")
    return output.copy(output.count - Int(stream.pointee.avail_out), ifBelow: input.count)
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }
}
