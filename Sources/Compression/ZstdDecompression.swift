internal import CZstd

/// Zstandard frames that are wholly in memory: libzstd then needs no window of its own.
final class ZstdDecompression: BlockDecoding {
  private let contexts = ContextPool { ZstdDecompressionContext() }

  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    // libzstd would go on with a second frame; Linux would not.
    let frame = ZSTD_findFrameCompressedSize(input.baseAddress, input.count)
    guard ZSTD_isError(frame) == 0 else { throw CompressionError(zstd: frame, limit: 0) }
    guard frame == input.count else { throw .corrupt(format: "zstd") }
    let result = ZSTD_decompressDCtx(
      context.pointer, output.baseAddress, output.count, input.baseAddress, input.count)
    guard ZSTD_isError(result) == 0 else {
      throw CompressionError(zstd: result, limit: UInt64(output.count))
    }
    return result
  }
}

/// One ZSTD_DCtx.
///
/// Used by one caller at a time, hence unchecked.
final class ZstdDecompressionContext: @unchecked Sendable {
  let pointer: OpaquePointer

  init() {
    guard let pointer = ZSTD_createDCtx() else {
      preconditionFailure("out of memory for a zstd context")
    }
    self.pointer = pointer
  }

  deinit {
    ZSTD_freeDCtx(pointer)
  }
}

extension CompressionError {
  /// Sorts the error result of a libzstd decompression function.
  init(zstd result: Int, limit: UInt64) {
    self =
      switch ZSTD_getErrorCode(result) {
      case ZSTD_error_dstSize_tooSmall: .tooLarge(limit: limit)
      case ZSTD_error_srcSize_wrong: .truncated(format: "zstd")
      case ZSTD_error_dictionary_wrong, ZSTD_error_dictionary_corrupted:
        .unsupported("a zstd dictionary")
      case ZSTD_error_frameParameter_windowTooLarge: .unsupported("a larger zstd window")
      default: .corrupt(format: "zstd")
      }
  }
}
