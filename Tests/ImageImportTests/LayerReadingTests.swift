import Digests
import Failures
import FileTree
import Flattening
import ImageSamples
import Testing

@testable import ImageImport

@Suite("The reading of a layer")
struct LayerReadingTests {
  private static let blockSize = 4096

  /// What came of a layer, and the most that one step gave.
  private struct Reading {
    var blocks: [[UInt8]] = []
    var paths: [String] = []
    var longestStep = 0

    var content: Int { blocks.reduce(0) { $0 + $1.count } }
  }

  private func read(
    _ layer: ArchivedLayer, pieces: Int = .max, promised: Digest? = nil
  ) throws -> Reading {
    var reading = LayerReading(diffID: promised ?? layer.diffID, blockSize: Self.blockSize)
    var result = Reading()
    var start = 0
    while start < layer.bytes.count {
      let end = start + min(pieces, layer.bytes.count - start)
      reading.give(Array(layer.bytes[start..<end]))
      start = end
      while let blocks = try reading.next() {
        result.blocks += blocks.map(\.content)
        result.longestStep = max(result.longestStep, blocks.reduce(0) { $0 + $1.content.count })
      }
    }
    let (entries, blocks, _) = try reading.finish()
    result.blocks += blocks.map(\.content)
    result.paths = entries.map { "\($0.path)" }
    return result
  }

  @Test(
    "holds a step's content at a time, however much the bytes given hold",
    arguments: ArchivedLayer.Form.allCases)
  func bounded(form: ArchivedLayer.Form) throws {
    let size = 32 << 20
    let layer = try ArchivedLayer(["bomb": [UInt8](repeating: 65, count: size)], form: form)
    if form == .zstd { try #require(layer.bytes.count < size / 5000) }
    let reading = try read(layer)
    #expect(reading.content == size)
    #expect(reading.longestStep <= 128 << 10 + Self.blockSize)
    #expect(reading.longestStep >= Self.blockSize)
  }

  @Test(
    "gives the same however the layer arrives", arguments: ArchivedLayer.Form.allCases,
    [1, 3, 511, 65_536])
  func divisions(form: ArchivedLayer.Form, pieces: Int) throws {
    let layer = try ArchivedLayer(
      [
        "small": [1, 2, 3], "a/large": SampleBytes.noise(50_000, seed: 1),
        "a/tail": SampleBytes.noise(4099, seed: 2),
        "zeros": [UInt8](repeating: 0, count: 3 * Self.blockSize),
      ], form: form)
    let whole = try read(layer)
    let divided = try read(layer, pieces: pieces)
    #expect(divided.blocks == whole.blocks)
    #expect(divided.paths == whole.paths)
    #expect(whole.content == 3 + 50_000 + 4099)
    #expect(whole.paths.count == 6)
  }

  @Test("refuses what the config did not promise", arguments: ArchivedLayer.Form.allCases)
  func wrongDiffID(form: ArchivedLayer.Form) throws {
    let layer = try ArchivedLayer(["file": [1]], form: form)
    let other = Digest.of([UInt8](repeating: 7, count: 7).span.bytes)
    let error = #expect(throws: Failure.self) { try read(layer, promised: other) }
    #expect(error?.code == .digestMismatch)
  }

  @Test("takes a layer of no bytes as empty, and one of too few bytes as no archive")
  func shorterThanPrefix() throws {
    let nothing: [UInt8] = []
    let empty = LayerReading(diffID: .of(nothing.span.bytes), blockSize: Self.blockSize)
    #expect(try empty.finish().entries.isEmpty)
    for count in 1...3 {
      let bytes = [UInt8](repeating: 65, count: count)
      var reading = LayerReading(diffID: .of(bytes.span.bytes), blockSize: Self.blockSize)
      reading.give(bytes)
      #expect(try reading.next() == nil)
      do {
        _ = try reading.finish()
        Issue.record("\(count) bytes were an archive")
      } catch {
        #expect(Failure(presenting: error).code == .imageInvalid)
      }
    }
  }
}
