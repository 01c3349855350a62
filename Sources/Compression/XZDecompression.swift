internal import CLZMA

/// Single `.xz` streams, with their integrity check and any branch filter liblzma has.
final class XZDecompression: BlockDecoding {
  private let contexts = ContextPool { LZMAContext() }

  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    let started = lzma_stream_decoder(context.stream, LZMAContext.memoryLimit, 0)
    precondition(started == LZMA_OK, "out of memory for an xz context")
    let status = context.run(input, into: output)
    switch status {
    case LZMA_STREAM_END where context.stream.pointee.avail_in == 0:
      return Int(context.stream.pointee.total_out)
    case LZMA_BUF_ERROR:
      if context.stream.pointee.avail_in == 0 { throw .truncated(format: "xz") }
      throw .tooLarge(limit: UInt64(output.count))
    case LZMA_MEMLIMIT_ERROR: throw .unsupported("an xz dictionary of more than 32 MiB")
    default: throw .corrupt(format: "xz")
    }
  }
}

/// One lzma_stream, which keeps its memory from one use to the next.
///
/// Used by one caller at a time, hence unchecked.
final class LZMAContext: @unchecked Sendable {
  /// The most that decoding may allocate, in bytes: a dictionary of 32 MiB, as in squashfs-tools,
  /// and the decoder's own state.
  static let memoryLimit: UInt64 = 33 << 20

  let stream: UnsafeMutablePointer<lzma_stream>

  init() {
    stream = .allocate(capacity: 1)
    // All zero is LZMA_STREAM_INIT.
    stream.initialize(to: lzma_stream())
  }

  /// Runs the coder until it ends or can do no more; never LZMA_OK.
  ///
  /// liblzma answers LZMA_BUF_ERROR to the second call without progress, which ends the loop.
  func run(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> lzma_ret {
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = output.count
    return feed(input, action: LZMA_FINISH)
  }

  /// Gives input to a coder whose output buffer is set, until it can do no more.
  func feed(_ input: UnsafeRawBufferPointer, action: lzma_action) -> lzma_ret {
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = input.count
    var status = LZMA_OK
    while status == LZMA_OK {
      status = lzma_code(stream, action)
      if action == LZMA_RUN, stream.pointee.avail_in == 0 { break }
    }
    return status
  }

  deinit {
    lzma_end(stream)
    stream.deallocate()
  }
}
