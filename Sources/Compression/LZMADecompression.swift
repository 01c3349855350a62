internal import CLZMA

/// Blocks in the `.lzma` container ("LZMA_Alone"): a byte of properties, four of dictionary size,
/// eight of length, and the data, with or without end marker.
///
/// Writers of SquashFS disagree on whether both a length and an end marker are there, and
/// releases of liblzma on whether they may. So the length is read here, liblzma is told that it
/// is unknown, and what comes out is compared.
final class LZMADecompression: BlockDecoding {
  private static let propertiesSize = 5
  private static let headerSize = 13

  private let contexts = ContextPool { LZMAContext() }

  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    guard input.count > Self.headerSize else { throw .truncated(format: "lzma") }
    let declared = UInt64(
      littleEndian: input.loadUnaligned(fromByteOffset: Self.propertiesSize, as: UInt64.self))
    let length = declared == .max ? nil : declared
    if let length, length > UInt64(output.count) { throw .tooLarge(limit: UInt64(output.count)) }
    let room = length.map { Int($0) } ?? output.count

    let context = contexts.take()
    defer { contexts.giveBack(context) }
    let started = lzma_alone_decoder(context.stream, LZMAContext.memoryLimit)
    precondition(started == LZMA_OK, "out of memory for an lzma context")
    context.stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    context.stream.pointee.avail_out = room
    var status = feedHeader(of: input, to: context)
    if status == LZMA_OK {
      status = context.feed(
        UnsafeRawBufferPointer(rebasing: input[Self.headerSize...]), action: LZMA_FINISH)
    }
    return try result(status, context.stream.pointee, length: length, room: output.count)
  }

  /// Gives the decoder the header, with the length made unknown.
  private func feedHeader(
    of input: UnsafeRawBufferPointer, to context: LZMAContext
  ) -> lzma_ret {
    withUnsafeTemporaryAllocation(byteCount: Self.headerSize, alignment: 1) { header in
      header.copyBytes(from: input[..<Self.headerSize])
      for position in Self.propertiesSize..<Self.headerSize { header[position] = 0xFF }
      return context.feed(UnsafeRawBufferPointer(header), action: LZMA_RUN)
    }
  }

  private func result(
    _ status: lzma_ret, _ stream: lzma_stream, length: UInt64?, room: Int
  ) throws(CompressionError) -> Int {
    switch status {
    case LZMA_STREAM_END where stream.avail_in == 0:
      if let length, length != stream.total_out { throw .corrupt(format: "lzma") }
      return Int(stream.total_out)
    case LZMA_BUF_ERROR:
      if let length, length == stream.total_out, stream.avail_in == 0 {
        return Int(length)  // Whole, without end marker.
      }
      if stream.avail_in == 0 { throw .truncated(format: "lzma") }
      if length != nil { throw .corrupt(format: "lzma") }
      throw .tooLarge(limit: UInt64(room))
    case LZMA_MEMLIMIT_ERROR: throw .unsupported("an lzma dictionary of more than 32 MiB")
    default: throw .corrupt(format: "lzma")
    }
  }
}
