/// Memory that a compression context writes to and keeps; it only grows.
struct ScratchBuffer: ~Copyable {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// At least `count` bytes of undefined content, valid until the next call.
  mutating func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if memory.count < count {
      memory.deallocate()
      memory = .allocate(byteCount: count, alignment: 64)
    }
    return memory
  }

  deinit {
    memory.deallocate()
  }
}

extension UnsafeMutableRawBufferPointer {
  /// A copy of the first `count` bytes, or nil when that is not less than `limit`.
  func copy(_ count: Int, ifBelow limit: Int) -> [UInt8]? {
    count < limit ? [UInt8](self[..<count]) : nil
  }
}
