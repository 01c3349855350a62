import Compression
import Failures
import Testing

@Suite("Compressor")
struct CompressorTests {
  @Test(
    "numbers and names are SquashFS'",
    arguments: zip([1, 2, 3, 4, 5, 6], ["gzip", "lzma", "lzo", "xz", "lz4", "zstd"]))
  func numbers(number: UInt16, name: String) throws {
    let compressor = try #require(Compressor(rawValue: number))
    #expect(compressor.name == name)
    #expect(compressor.description == name)
    #expect(Compressor(name: name) == compressor)
  }

  @Test("an unknown name is no compressor", arguments: ["", "ZSTD", "bzip2", "zstd "])
  func unknownName(name: String) {
    #expect(Compressor(name: name) == nil)
  }

  @Test("the default level is one of the levels", arguments: Compressor.allCases)
  func levels(compressor: Compressor) {
    guard let levels = compressor.levels, let level = compressor.defaultLevel else {
      #expect(compressor.levels == nil)
      #expect(compressor.defaultLevel == nil)
      return
    }
    #expect(levels.contains(level))
    #expect(Compressor.levels(for: compressor) == levels)
  }

  @Test("a compressor for reading only is refused for writing", arguments: [Compressor.lzma, .lzo])
  func readOnly(compressor: Compressor) {
    #expect(throws: CompressionError.cannotCompress(compressor)) {
      try BlockCompressor(compressor, level: 1)
    }
  }

  @Test("a level outside the levels is refused", arguments: [Compressor.gzip, .xz, .lz4, .zstd])
  func invalidLevel(compressor: Compressor) throws {
    let levels = try #require(compressor.levels)
    for level in [levels.lowerBound - 1, levels.upperBound + 1, .min, .max] {
      let expected = CompressionError.invalidLevel(level, compressor)
      #expect(throws: expected) { try BlockCompressor(compressor, level: level) }
      #expect(expected.failure.code == .usage)
      #expect(expected.failure.nextStep?.contains("\(levels.upperBound)") == true)
    }
  }

  @Test(
    "every error says what to do",
    arguments: [
      CompressionError.corrupt(format: "zstd"), .truncated(format: "gzip"), .tooLarge(limit: 9),
      .ratioExceeded(limit: 7), .unsupported("a dictionary"), .cannotCompress(.lzo),
      .invalidLevel(99, .zstd), .invalidLevel(1, .lzma),
    ])
  func failures(error: CompressionError) {
    #expect(error.failure.nextStep?.isEmpty == false)
    #expect(error.description == error.failure.description)
  }

  @Test(
    "say a limit as the option for it takes it",
    arguments: [(64 << 30, "64G"), (3 << 20, "3M"), (1025, "1025 bytes"), (0, "0 bytes")]
      as [(UInt64, String)])
  func limits(limit: UInt64, text: String) {
    let sentence = CompressionError.tooLarge(limit: limit).failure.sentence
    #expect(sentence == "the data is longer than is allowed, \(text)")
  }
}
