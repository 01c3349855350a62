internal import CZlib

/// gzip members (RFC 1952) one after the other, with header fields of every kind; CRC-32 and
/// length of each are checked.
final class GzipStream: StreamDecoding {
  /// zlib's way to say that a gzip header is to be expected.
  private static let gzipHeader: Int32 = 16

  private let context = InflateContext(windowBits: MAX_WBITS + gzipHeader)

  private(set) var isBetweenParts = false

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    if isBetweenParts {
      guard !input.isEmpty else { return StreamStep(consumed: 0, produced: 0) }
      context.reset()
      isBetweenParts = false
    }
    let piece = UnsafeRawBufferPointer(rebasing: input.prefix(Int(Int32.max)))
    let step = context.inflate(piece, into: output, flush: Z_NO_FLUSH)
    switch step.status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isBetweenParts = true
    default: throw .corrupt(format: "gzip")
    }
    return StreamStep(consumed: step.consumed, produced: step.produced)
  }
}
