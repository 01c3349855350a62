import Testing

@testable import Compression

@Suite("BlockCompressor")
struct BlockCompressorTests {
  private static let everyLevel: [(Compressor, Int)] = Compressor.writable.flatMap { compressor in
    (compressor.levels ?? 1...1).map { (compressor, $0) }
  }

  @Test("what is compressed is decompressed again, at every level", arguments: everyLevel)
  func roundTrip(compressor: Compressor, level: Int) throws {
    let encoder = try BlockCompressor(compressor, level: level)
    let decoder = BlockDecompressor(compressor)
    for content in [
      Samples.text(10_000), Samples.zeros,
      Samples.largeText, Samples.text(500),
    ] {
      let block = try #require(encoder.compress(content))
      #expect(block.count < content.count)
      #expect(try decoder.decompress(block, room: content.count) == content)
      #expect(try decoder.decompress(block, room: content.count + 1000) == content)
    }
  }

  @Test("a block of 1 MiB survives", arguments: Compressor.writable)
  func largestBlock(compressor: Compressor) throws {
    let content = [UInt8](try Samples.program().prefix(1 << 20))
    try #require(content.count == 1 << 20)
    let level = try #require(compressor.defaultLevel)
    let block = try #require(BlockCompressor(compressor, level: level).compress(content))
    #expect(try BlockDecompressor(compressor).decompress(block, room: 1 << 20) == content)
  }

  @Test("noise, single bytes and nothing are not worth it", arguments: everyLevel)
  func incompressible(compressor: Compressor, level: Int) throws {
    let encoder = try BlockCompressor(compressor, level: level)
    for count in [0, 1, 2, 10, 1000] {
      #expect(encoder.compress(Samples.noise(count)) == nil)
    }
    #expect(encoder.compress(Samples.largeNoise) == nil)
  }

  @Test("a context's past changes nothing", arguments: everyLevel)
  func determinism(compressor: Compressor, level: Int) throws {
    let content = Samples.text(50_000)
    let fresh = try BlockCompressor(compressor, level: level)
    let used = try BlockCompressor(compressor, level: level)
    for content in [Samples.largeNoise, Samples.noise(77), Samples.largeText, Samples.text(9)] {
      _ = used.compress(content)
    }
    let first = try #require(fresh.compress(content))
    #expect(used.compress(content) == first)
    #expect(fresh.compress(content) == first)
  }

  @Test("lz4 uses its high compression from level 3 on")
  func lz4Levels() throws {
    let content = [UInt8](try Samples.program().prefix(131_072))
    let sizes = try (1...12).map { level in
      try #require(BlockCompressor(.lz4, level: level).compress(content)).count
    }
    #expect(sizes[0] == sizes[1])
    #expect(sizes[2] < sizes[1])
    #expect(sizes[11] < sizes[2])
  }

  @Test(
    "an xz dictionary is never larger than a SquashFS block",
    arguments: [
      (1, 8192), (4096, 8192), (8192, 8192), (8193, 16384), (131_072, 131_072), (1 << 20, 1 << 20),
    ])
  func xzDictionary(count: Int, size: UInt32) {
    #expect(XZCompression.dictionary(for: count) == size)
  }

  @Test("a zstd frame tells its length and has no checksum, no dictionary")
  func zstdHeader() throws {
    let content = Samples.text(131_072)
    let block = try #require(BlockCompressor(.zstd, level: 3).compress(content))
    #expect(block.prefix(4) == [0x28, 0xB5, 0x2F, 0xFD])
    let descriptor = block[4]
    #expect(descriptor >> 6 == 2, "a four-byte content size")
    #expect(descriptor & 0b10_0000 != 0, "single segment: the window is the content")
    #expect(descriptor & 0b111 == 0, "no checksum, no dictionary")
  }

  @Test("many tasks compress and decompress at once", arguments: Compressor.writable)
  func concurrency(compressor: Compressor) async throws {
    let level = try #require(compressor.levels).lowerBound
    let encoder = try BlockCompressor(compressor, level: level)
    let decoder = BlockDecompressor(compressor)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<10).allSatisfy { turn in
            let content = Samples.text(3000 * (turn + 1), seed: UInt64(task * 100 + turn + 1))
            guard let block = encoder.compress(content) else { return false }
            return (try? decoder.decompress(block, room: content.count)) == content
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
