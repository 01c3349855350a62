internal import CLZO

/// LZO1X blocks, by the bounds-checked decompressor; stateless.
struct LZODecompression: BlockDecoding {
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    var count = lzo_uint(output.count)
    let status = lzo1x_decompress_safe(
      input.baseAddress?.assumingMemoryBound(to: UInt8.self), lzo_uint(input.count),
      output.baseAddress?.assumingMemoryBound(to: UInt8.self), &count, nil)
    switch status {
    case LZO_E_OK: return Int(count)
    case LZO_E_OUTPUT_OVERRUN: throw .tooLarge(limit: UInt64(output.count))
    case LZO_E_INPUT_OVERRUN, LZO_E_EOF_NOT_FOUND: throw .truncated(format: "lzo")
    default: throw .corrupt(format: "lzo")
    }
  }
}
