internal import CZstd

/// Zstandard and skippable frames (RFC 8878) one after the other; a content checksum is checked
/// where there is one.
final class ZstdStream: StreamDecoding {
  private let context = ZstdDecompressionContext()

  private(set) var isBetweenParts = false

  /// `windowLog` limits the memory for a frame.
  init(windowLog: Int) {
    let known = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax)
    let value = min(max(windowLog, Int(known.lowerBound)), Int(known.upperBound))
    let result = ZSTD_DCtx_setParameter(context.pointer, ZSTD_d_windowLogMax, Int32(value))
    precondition(ZSTD_isError(result) == 0, "a window size within bounds is accepted")
  }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    if isBetweenParts, input.isEmpty { return StreamStep(consumed: 0, produced: 0) }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = ZSTD_decompressStream(context.pointer, &target, &source)
    guard ZSTD_isError(result) == 0 else {
      throw CompressionError(zstd: result, limit: UInt64(output.count))
    }
    isBetweenParts = result == 0
    return StreamStep(consumed: source.pos, produced: target.pos)
  }
}
