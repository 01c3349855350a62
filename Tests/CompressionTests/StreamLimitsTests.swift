import Compression
import Failures
import Testing

@Suite("StreamLimits")
struct StreamLimitsTests {
  private static let bombs = zip([StreamFormat.gzip, .zstd], ["gzip -9 -c", "zstd -19 -c"])
  private static let bombSize = 32 << 20

  private func bomb(_ command: String) throws -> [UInt8] {
    try Workshop().filter([], through: "head -c \(Self.bombSize) /dev/zero | \(command)")
  }

  /// Feeds a bomb and tells what came out before the error, which must be the expected one.
  private func explode(
    _ format: StreamFormat, _ stream: [UInt8], _ limits: StreamLimits, _ expected: CompressionError
  ) -> UInt64 {
    var decoder = StreamDecoder(format, limits: limits)
    var delivered: UInt64 = 0
    do {
      try decoder.decode(stream.span.bytes) { delivered += UInt64($0.byteCount) }
      Issue.record("the bomb went off")
    } catch {
      #expect(error as? CompressionError == expected)
    }
    #expect(delivered == decoder.outputCount)
    return delivered
  }

  @Test("the absolute limit stops a bomb before it is passed on", arguments: bombs)
  func absolute(format: StreamFormat, command: String) throws {
    let limits = StreamLimits(maximumOutput: 1 << 20)
    let delivered = explode(format, try bomb(command), limits, .tooLarge(limit: 1 << 20))
    #expect(delivered <= 1 << 20)
  }

  @Test("the ratio stops a bomb", arguments: bombs)
  func ratio(format: StreamFormat, command: String) throws {
    let stream = try bomb(command)
    try #require(stream.count < Self.bombSize / 900)
    let limits = StreamLimits(maximumRatio: 100, freeOutput: 1 << 20)
    let delivered = explode(format, stream, limits, .ratioExceeded(limit: 100))
    #expect(delivered <= UInt64(max(1 << 20, stream.count * 100)))
  }

  @Test("many small members are judged together")
  func manyMembers() throws {
    let member = try Workshop().filter([], through: "head -c 100000 /dev/zero | gzip -9 -c")
    let stream = [[UInt8]](repeating: member, count: 100).flatMap { $0 }
    let limits = StreamLimits(maximumRatio: 100, freeOutput: 1 << 20)
    #expect(explode(.gzip, stream, limits, .ratioExceeded(limit: 100)) < 2 << 20)
  }

  @Test("what stays within the limits comes out, to the last byte", arguments: bombs)
  func exactLimit(format: StreamFormat, command: String) throws {
    let stream = try bomb(command)
    let size = UInt64(Self.bombSize)
    #expect(try StreamDecoder.decode(format, stream).count == Self.bombSize)
    let exact = StreamLimits(maximumOutput: size, maximumRatio: 1, freeOutput: size)
    #expect(try StreamDecoder.decode(format, stream, limits: exact).count == Self.bombSize)
    let less = StreamLimits(maximumOutput: size - 1)
    #expect(throws: CompressionError.tooLarge(limit: size - 1)) {
      try StreamDecoder.decode(format, stream, limits: less)
    }
  }

  @Test("a plain stream has the absolute limit only")
  func plain() throws {
    let content = Samples.noise(1000)
    let exact = StreamLimits(maximumOutput: 1000, maximumRatio: 1, freeOutput: 0)
    #expect(try StreamDecoder.decode(.plain, content, pieces: 100, limits: exact) == content)
    let less = StreamLimits(maximumOutput: 999)
    #expect(throws: CompressionError.tooLarge(limit: 999)) {
      try StreamDecoder.decode(.plain, content, pieces: 100, limits: less)
    }
  }

  @Test("the largest ratio cannot overflow")
  func hugeRatio() throws {
    let limits = StreamLimits(maximumOutput: .max, maximumRatio: .max, freeOutput: 0)
    let stream = try bomb("gzip -c")
    #expect(try StreamDecoder.decode(.gzip, stream, limits: limits).count == Self.bombSize)
  }

  @Test("a zstd window beyond the limit is refused by name")
  func largeWindow() throws {
    let stream = try Workshop().filter(
      [], through: "head -c 3000000 /dev/zero | zstd -c --ultra --zstd=windowLog=29,strategy=1")
    #expect(throws: CompressionError.unsupported("a larger zstd window")) {
      try StreamDecoder.decode(.zstd, stream)
    }
    for windowLog in [29, 1000] {
      let limits = StreamLimits(zstdWindowLog: windowLog)
      #expect(try StreamDecoder.decode(.zstd, stream, limits: limits).count == 3_000_000)
    }
    let small = try Workshop().filter(Samples.largeText, through: "cat | zstd -c")
    #expect(throws: CompressionError.unsupported("a larger zstd window")) {
      try StreamDecoder.decode(.zstd, small, limits: StreamLimits(zstdWindowLog: -5))
    }
  }
}
