internal import CLZ4

/// Single LZ4 blocks, by the fast compressor or by LZ4HC.
final class LZ4Compression: BlockEncoding {
  /// The lowest level that means LZ4HC, as in lz4(1).
  static let firstHighLevel = 3

  private let contexts: ContextPool<LZ4Context>

  init(level: Int) {
    contexts = ContextPool { LZ4Context(level: Int32(level)) }
  }

  func encode(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    let context = contexts.take()
    defer { contexts.giveBack(context) }
    return context.compress(input)
  }
}

/// Working memory of one compression.
///
/// Used by one caller at a time, hence unchecked.
private final class LZ4Context: @unchecked Sendable {
  private let level: Int32
  private let isHigh: Bool
  private let state: UnsafeMutableRawPointer
  private var scratch = ScratchBuffer()

  init(level: Int32) {
    self.level = level
    isHigh = level >= LZ4Compression.firstHighLevel
    let size = isHigh ? LZ4_sizeofStateHC() : LZ4_sizeofState()
    state = .allocate(byteCount: Int(size), alignment: 64)
  }

  func compress(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    let bound = LZ4_compressBound(Int32(input.count))
    let output = scratch.reserve(Int(bound))
    let source = input.baseAddress?.assumingMemoryBound(to: CChar.self)
    let target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
    // Both functions initialise the state themselves.
    let count =
      isHigh
      ? LZ4_compress_HC_extStateHC(state, source, target, Int32(input.count), bound, level)
      : LZ4_compress_fast_extState(state, source, target, Int32(input.count), bound, 1)
    precondition(count > 0, "LZ4_compressBound is an upper bound")
    return output.copy(Int(count), ifBelow: input.count)
  }

  deinit {
    state.deallocate()
  }
}
