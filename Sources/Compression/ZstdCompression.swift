internal import CZstd

/// Single Zstandard frames with content size and without checksum, as mksquashfs writes them.
///
/// libzstd limits the window to the input's length, so that every reader that can hold the block
/// can decompress it.
final class ZstdCompression: BlockEncoding {
  private let contexts: ContextPool<ZstdCompressionContext>

  init(level: Int) {
    contexts = ContextPool { ZstdCompressionContext(level: Int32(level)) }
  }

  func encode(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    return context.compress(input)
  }
}

/// One ZSTD_CCtx.
///
/// Used by one caller at a time, hence unchecked.
private final class ZstdCompressionContext: @unchecked Sendable {
  private let level: Int32
  private let pointer: OpaquePointer
  private var scratch = ScratchBuffer()

  init(level: Int32) {
    guard let pointer = ZSTD_createCCtx() else {
      preconditionFailure("out of memory for a zstd context")
    }
    self.pointer = pointer
    self.level = level
  }

  func compress(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    // The whole bound, always: with less room libzstd may choose other block types.
    let bound = ZSTD_compressBound(input.count)
    let output = scratch.reserve(bound)
    let count = ZSTD_compressCCtx(
      pointer, output.baseAddress, bound, input.baseAddress, input.count, level)
    precondition(ZSTD_isError(count) == 0, "out of memory for zstd compression")
    return output.copy(count, ifBelow: input.count)
  }

  deinit {
    ZSTD_freeCCtx(pointer)
  }
}
