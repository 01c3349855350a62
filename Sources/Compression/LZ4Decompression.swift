internal import CLZ4

/// Single LZ4 blocks; stateless.
struct LZ4Decompression: BlockDecoding {
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    let count = LZ4_decompress_safe(
      input.baseAddress?.assumingMemoryBound(to: CChar.self),
      output.baseAddress?.assumingMemoryBound(to: CChar.self),
      Int32(input.count), Int32(output.count))
    guard count >= 0 else { throw .corrupt(format: "lz4") }
    return Int(count)
  }
}
