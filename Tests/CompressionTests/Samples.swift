@testable import Compression

/// Contents to compress, the same at every run.
enum Samples {
  /// Words with repetitions, which every compressor makes smaller.
  static func text(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    let words = ["snow", "firn", "glacier", "layer", "block", "ice ", "\n", "0123", " of ", "the "]
    var generator = Generator(seed: seed)
    var result: [UInt8] = []
    result.reserveCapacity(count + 8)
    while result.count < count {
      result += words[Int(truncatingIfNeeded: generator.next() % 10)].utf8
    }
    return [UInt8](result.prefix(count))
  }

  /// Noise, which none makes smaller.
  static func noise(_ count: Int, seed: UInt64 = 2) -> [UInt8] {
    var generator = Generator(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 24) }
  }

  /// A machine program, as images are full of.
  static func program() throws -> [UInt8] {
    try readWholeFile("/bin/bash")
  }

  /// Whole blocks of 128 KiB.
  static let largeText = text(131_072)
  static let largeNoise = noise(131_072)
  static let zeros = [UInt8](repeating: 0, count: 131_072)
}

/// SplitMix64: numbers that look random and come out the same everywhere.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

extension Compressor {
  /// Those that Firn writes.
  static let writable: [Compressor] = [.gzip, .xz, .lz4, .zstd]
}

extension BlockCompressor {
  /// The block of an array: the macros of Testing do not take spans.
  func compress(_ content: [UInt8]) -> [UInt8]? {
    compress(content.span.bytes)
  }
}

extension BlockDecompressor {
  /// Decompresses into the middle of a larger buffer and checks that nothing around is touched.
  func decompress(_ block: [UInt8], room: Int) throws(CompressionError) -> [UInt8] {
    let margin = 64
    var buffer = [UInt8](repeating: 0xA5, count: room + 2 * margin)
    var span = buffer.mutableSpan
    let count = try span.withUnsafeMutableBytes { bytes throws(CompressionError) in
      let middle = UnsafeMutableRawBufferPointer(rebasing: bytes[margin..<margin + room])
      var target = middle.mutableBytes
      return try decompress(block.span.bytes, into: &target)
    }
    precondition(buffer[..<margin].allSatisfy { $0 == 0xA5 }, "written before the output")
    precondition(buffer[(margin + room)...].allSatisfy { $0 == 0xA5 }, "written past the output")
    precondition(count <= room, "more than fits")
    return [UInt8](buffer[margin..<margin + count])
  }
}

extension StreamDecoder {
  /// Decodes a whole stream that arrives in pieces of the given size.
  static func decode(
    _ format: StreamFormat, _ stream: [UInt8], pieces: Int = .max,
    limits: StreamLimits = StreamLimits()
  ) throws -> [UInt8] {
    var decoder = StreamDecoder(format, limits: limits)
    var result: [UInt8] = []
    var start = 0
    while start < stream.count {
      let end = start + min(pieces, stream.count - start)
      try decoder.decode(stream.span.bytes.extracting(start..<end)) { bytes in
        bytes.withUnsafeBytes { result += $0 }
      }
      start = end
    }
    try decoder.finish()
    return result
  }
}
