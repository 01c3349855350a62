internal import CLZMA

/// Single `.xz` streams with CRC-32 and one LZMA2 filter, as Linux' decoder and mksquashfs want.
///
/// The dictionary is the input's length rounded up to a power of two, at least 8 KiB: never more
/// than the SquashFS block (Linux refuses more), and enough to reach back to the beginning.
final class XZCompression: BlockEncoding {
  private static let smallestDictionary = 8192

  private let level: UInt32
  private let contexts: ContextPool<XZCompressionContext>

  init(level: Int) {
    self.level = UInt32(level)
    contexts = ContextPool { XZCompressionContext() }
  }

  func encode(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    return context.compress(input, level: level, dictionary: Self.dictionary(for: input.count))
  }

  /// The dictionary size for an input of `count` bytes.
  static func dictionary(for count: Int) -> UInt32 {
    var size = smallestDictionary
    while size < count { size <<= 1 }
    return UInt32(size)
  }
}

/// One lzma_stream with its output buffer.
///
/// Used by one caller at a time, hence unchecked.
private final class XZCompressionContext: @unchecked Sendable {
  private let lzma = LZMAContext()
  private var scratch = ScratchBuffer()

  func compress(_ input: UnsafeRawBufferPointer, level: UInt32, dictionary: UInt32) -> [UInt8]? {
    start(level: level, dictionary: dictionary)
    let output = scratch.reserve(lzma_stream_buffer_bound(input.count))
    let status = lzma.run(input, into: output)
    precondition(status != LZMA_MEM_ERROR, "out of memory for xz compression")
    guard status == LZMA_STREAM_END else { return nil }  // It would have been longer still.
    return output.copy(Int(lzma.stream.pointee.total_out), ifBelow: input.count)
  }

  private func start(level: UInt32, dictionary: UInt32) {
    var options = lzma_options_lzma()
    lzma_lzma_preset(&options, level)
    options.dict_size = dictionary
    withUnsafeMutablePointer(to: &options) { options in
      let filters = [
        lzma_filter(id: firn_lzma_filter_lzma2(), options: options),
        lzma_filter(id: firn_lzma_vli_unknown(), options: nil),
      ]
      let status = lzma_stream_encoder(lzma.stream, filters, LZMA_CHECK_CRC32)
      precondition(status == LZMA_OK, "out of memory for an xz context")
    }
  }
}
