import Compression
import Glibc
import Testing

/// Not a test of correctness: prints the table of `benchmarks/compression-levels.md`.
///
/// Runs only with `FIRN_MEASURE_LEVELS` set to a directory whose files are the sample.
@Suite(
  "Levels measured",
  .enabled(if: measuredDirectory != nil, "set FIRN_MEASURE_LEVELS=/usr/lib to measure"),
  .serialized)
struct LevelMeasurement {
  private static let sampleSize = 32 << 20
  private static let blockSize = 128 << 10
  private static let settings: [(Compressor, [Int])] = [
    (.zstd, [1, 3, 6, 9, 12, 15, 19]), (.gzip, [1, 6, 9]), (.lz4, [1, 3, 9, 12]), (.xz, [1, 6]),
  ]

  @Test("ratio and speed of the levels")
  func table() throws {
    let sample = try sampleBlocks()
    try #require(sample.count == Self.sampleSize / Self.blockSize, "the directory is too small")
    print("| compressor | level | ratio | compress MB/s | decompress MB/s |")
    print("|---|---|---|---|---|")
    for (compressor, levels) in Self.settings {
      for level in levels { try measure(compressor, level, sample) }
    }
  }

  /// Every 20th file in order of name, one after the other, cut into blocks.
  private func sampleBlocks() throws -> [[UInt8]] {
    let workshop = try Workshop()
    let directory = try #require(measuredDirectory)
    try workshop.run(
      "find '\(directory)' -type f | LC_ALL=C sort | awk 'NR % 20 == 0' | tr '\\n' '\\0'"
        + " | xargs -0 cat 2>/dev/null | head -c \(Self.sampleSize) >sample")
    let content = try workshop.read("sample")
    return stride(from: 0, to: content.count, by: Self.blockSize).map {
      [UInt8](content[$0..<min($0 + Self.blockSize, content.count)])
    }
  }

  private func measure(_ compressor: Compressor, _ level: Int, _ sample: [[UInt8]]) throws {
    let encoder = try BlockCompressor(compressor, level: level)
    let decoder = BlockDecompressor(compressor)
    var stored: [[UInt8]?] = []
    let packing = fastest { stored = sample.map { encoder.compress($0) } }
    var output = [UInt8](repeating: 0, count: Self.blockSize)
    let unpacking = try fastest {
      for block in stored {
        guard let block else { continue }
        var span = output.mutableSpan
        var target = span.mutableBytes
        let count = try decoder.decompress(block.span.bytes, into: &target)
        try #require(count == Self.blockSize)
      }
    }
    let packed = zip(sample, stored).reduce(0) { $0 + ($1.1?.count ?? $1.0.count) }
    let unpacked = stored.reduce(0) { $0 + ($1 == nil ? 0 : Self.blockSize) }
    let ratio = Double(Self.sampleSize) / Double(packed)
    print(
      "| \(compressor) | \(level) | \((ratio * 1000).rounded() / 1000)"
        + " | \(rate(Self.sampleSize, packing)) | \(rate(unpacked, unpacking)) |")
  }

  private func rate(_ bytes: Int, _ seconds: Double) -> Int {
    Int((Double(bytes) / 1e6 / seconds).rounded())
  }

  /// The least processor time of three runs: other processes on the machine disturb it little.
  private func fastest(_ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<3 {
      let start = processorTime()
      try body()
      best = min(best, processorTime() - start)
    }
    return best
  }

  private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// The directory to measure, or nil.
private let measuredDirectory: String? = getenv("FIRN_MEASURE_LEVELS").map { String(cString: $0) }
