/// Content for made-up files: the same for the same seed.
public enum SampleBytes {
  /// Bytes that no compressor makes smaller.
  public static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
  }

  /// Bytes that compress well and are nowhere zero.
  public static func text(_ count: Int, seed: UInt64) -> [UInt8] {
    (0..<count).map { UInt8(97 + ($0 / 7 + Int(truncatingIfNeeded: seed % 1000)) % 26) }
  }
}
