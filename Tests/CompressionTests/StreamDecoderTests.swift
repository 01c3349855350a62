import Compression
import Testing

@Suite("StreamDecoder")
struct StreamDecoderTests {
  private static let commands: [(StreamFormat, String)] = [
    (.gzip, "gzip -c"), (.gzip, "gzip -1 -n -c"), (.gzip, "gzip -9 -c"), (.zstd, "zstd -c"),
    (.zstd, "zstd -c --no-check"), (.zstd, "zstd -c -19"), (.zstd, "zstd -c --fast=5"),
    (.zstd, "zstd -c --long=27 -T2"), (.plain, "cat"),
  ]
  private static let compressed: [(StreamFormat, String)] = [
    (.gzip, "gzip -c"), (.zstd, "zstd -c"),
  ]

  @Test("what a tool compresses comes out, however it arrives", arguments: commands)
  func tools(format: StreamFormat, command: String) throws {
    let content = try Samples.program()
    try #require(content.count > 1_000_000)
    let stream = try Workshop().filter(content, through: command)
    for pieces in [997, 4096, 1 << 18, .max] {
      #expect(try StreamDecoder.decode(format, stream, pieces: pieces) == content)
    }
  }

  @Test("single bytes are pieces too", arguments: commands)
  func singleBytes(format: StreamFormat, command: String) throws {
    let content = Samples.text(20_000)
    let stream = try Workshop().filter(content, through: command)
    #expect(try StreamDecoder.decode(format, stream, pieces: 1) == content)
  }

  @Test("several members or frames are one stream", arguments: compressed)
  func severalParts(format: StreamFormat, command: String) throws {
    let workshop = try Workshop()
    let parts = [Samples.text(5000), [], Samples.noise(300_000), [1], Samples.text(9, seed: 5)]
    let stream = try parts.flatMap { try workshop.filter($0, through: command) }
    for pieces in [1, 1000, .max] {
      let result = try StreamDecoder.decode(format, stream, pieces: pieces)
      #expect(result == parts.flatMap { $0 })
    }
  }

  @Test("compressed emptiness is empty", arguments: compressed)
  func emptyContent(format: StreamFormat, command: String) throws {
    let stream = try Workshop().filter([], through: command)
    #expect(!stream.isEmpty)
    #expect(try StreamDecoder.decode(format, stream) == [])
  }

  @Test("an empty stream is truncated, unless it is plain")
  func emptyStream() throws {
    #expect(try StreamDecoder.decode(.plain, []) == [])
    for format in [StreamFormat.gzip, .zstd] {
      #expect(throws: CompressionError.truncated(format: format.rawValue)) {
        try StreamDecoder.decode(format, [])
      }
    }
  }

  @Test("a stream cut anywhere is truncated", arguments: compressed)
  func truncation(format: StreamFormat, command: String) throws {
    let stream = try Workshop().filter(Samples.text(3000), through: command)
    for count in 0..<stream.count {
      #expect(throws: CompressionError.truncated(format: format.rawValue), "\(count) bytes") {
        try StreamDecoder.decode(format, [UInt8](stream[..<count]))
      }
    }
  }

  @Test("a second part cut anywhere is truncated too", arguments: compressed)
  func truncatedSecondPart(format: StreamFormat, command: String) throws {
    let part = try Workshop().filter(Samples.text(200), through: command)
    for count in 1..<part.count {
      #expect(throws: CompressionError.truncated(format: format.rawValue), "\(count) bytes") {
        try StreamDecoder.decode(format, part + part[..<count], pieces: 64)
      }
    }
  }

  @Test("every byte flipped is found or harmless", arguments: compressed)
  func flippedBytes(format: StreamFormat, command: String) throws {
    let content = Samples.text(3000)
    var stream = try Workshop().filter(content, through: command)
    var found = 0
    for position in stream.indices {
      for mask: UInt8 in [0x01, 0x08, 0x80, 0xFF] {
        stream[position] ^= mask
        let result = try? StreamDecoder.decode(format, stream, pieces: 500)
        #expect(result == nil || result == content, "byte \(position)")
        found += result == nil ? 1 : 0
        stream[position] ^= mask
      }
    }
    #expect(found > stream.count * 3)
  }

  @Test("bytes that begin no further part are an error", arguments: compressed)
  func trailingBytes(format: StreamFormat, command: String) throws {
    let stream = try Workshop().filter(Samples.text(100), through: command)
    for extra in [[UInt8](repeating: 0, count: 512), Array("garbage and more".utf8)] {
      for pieces in [1, .max] {
        #expect(throws: CompressionError.corrupt(format: format.rawValue)) {
          try StreamDecoder.decode(format, stream + extra, pieces: pieces)
        }
      }
    }
  }

  @Test("noise never traps", arguments: [StreamFormat.gzip, .zstd])
  func noise(format: StreamFormat) throws {
    let command = format == .gzip ? "gzip -c" : "zstd -c"
    let stream = try Workshop().filter(Samples.text(500), through: command)
    for turn in 0..<2000 {
      var input = Samples.noise(1 + turn % 200, seed: UInt64(turn))
      if turn % 2 == 0 { input = stream.prefix(4 + turn % 40) + input }
      #expect(throws: CompressionError.self) {
        try StreamDecoder.decode(format, input, pieces: 50)
      }
    }
  }

  @Test("after an error every call is one", arguments: [StreamFormat.gzip, .zstd])
  func lostStream(format: StreamFormat) throws {
    var decoder = StreamDecoder(format)
    let garbage = Array("this is not compressed".utf8)
    for _ in 0..<3 {
      do {
        try decoder.decode(garbage.span.bytes) { _ in }
        Issue.record("garbage was decoded")
      } catch {
        #expect(error as? CompressionError == .corrupt(format: format.rawValue))
      }
    }
    do {
      try decoder.finish()
      Issue.record("garbage was a whole stream")
    } catch {
      #expect(error == .corrupt(format: format.rawValue))
    }
  }

  @Test("the sink's error comes through and ends the stream", arguments: StreamFormat.allCases)
  func sinkError(format: StreamFormat) throws {
    struct Full: Error {}
    let commands: [StreamFormat: String] = [.plain: "cat", .gzip: "gzip -c", .zstd: "zstd -c"]
    let command = try #require(commands[format])
    let stream = try Workshop().filter(Samples.text(100), through: command)
    var decoder = StreamDecoder(format)
    do {
      try decoder.decode(stream.span.bytes) { _ in throw Full() }
      Issue.record("the error was swallowed")
    } catch {
      #expect(error is Full)
    }
    do {
      try decoder.finish()
      Issue.record("a stream with a hole was accepted")
    } catch {
      #expect(error == .corrupt(format: format.rawValue))
    }
  }

  @Test("counts are of all bytes in and out", arguments: commands)
  func counts(format: StreamFormat, command: String) throws {
    let content = Samples.largeText
    let stream = try Workshop().filter(content, through: command)
    var decoder = StreamDecoder(format)
    let nothing: [UInt8] = []
    for _ in 0..<40 { try decoder.decode(nothing.span.bytes) { _ in } }
    try decoder.decode(stream.span.bytes) { _ in }
    try decoder.finish()
    #expect(decoder.inputCount == UInt64(stream.count))
    #expect(decoder.outputCount == UInt64(content.count))
  }

  @Test("a step gives 128 KiB at most, and the next goes on behind it", arguments: commands)
  func steps(format: StreamFormat, command: String) throws {
    let content = [UInt8](repeating: 65, count: 3_000_000) + Samples.noise(300_000)
    let stream = try Workshop().filter(content, through: command)
    for pieces in [1000, .max] {
      var decoder = StreamDecoder(format)
      var result: [UInt8] = []
      var start = 0
      while start < stream.count {
        let end = start + min(pieces, stream.count - start)
        var mayHaveMore = false
        while start < end || mayHaveMore {
          var delivered = 0
          let step = try decoder.step(stream.span.bytes.extracting(start..<end)) { bytes in
            delivered += bytes.byteCount
            bytes.withUnsafeBytes { result += $0 }
          }
          #expect(delivered <= 128 << 10)
          start += step.consumed
          mayHaveMore = step.mayHaveMore
        }
      }
      try decoder.finish()
      #expect(result == content)
    }
  }

  @Test("a step without input gives nothing when nothing is held back", arguments: compressed)
  func emptySteps(format: StreamFormat, command: String) throws {
    let stream = try Workshop().filter(Samples.text(100), through: command)
    var decoder = StreamDecoder(format)
    let nothing: [UInt8] = []
    for piece in [nothing, stream, nothing] {
      var delivered = 0
      let step = try decoder.step(piece.span.bytes) { delivered += $0.byteCount }
      #expect(step.consumed == piece.count)
      #expect(!step.mayHaveMore)
      #expect(delivered == (piece.isEmpty ? 0 : 100))
    }
    try decoder.finish()
  }
}
