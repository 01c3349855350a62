import Compression
import Testing

@Suite("BlockDecompressor")
struct BlockDecompressorTests {
  /// A block of each compressor, made by a stranger where one makes single blocks.
  private static func block(_ compressor: Compressor, _ content: [UInt8]) throws -> [UInt8] {
    try SquashFSFile(by: "mksquashfs", compressor, content: content, blockSize: 4096).data
  }

  @Test("the tools' single blocks are read")
  func tools() throws {
    let content = Samples.text(100_000)
    let workshop = try Workshop()
    let xz = try workshop.filter(content, through: "xz -c --check=crc32")
    #expect(try BlockDecompressor(.xz).decompress(xz, room: content.count) == content)
    let filtered = try workshop.filter(content, through: "xz -c --x86 --lzma2=dict=1MiB")
    #expect(try BlockDecompressor(.xz).decompress(filtered, room: content.count) == content)
    let zstd = try workshop.filter(content, through: "zstd -c --check")
    #expect(try BlockDecompressor(.zstd).decompress(zstd, room: content.count) == content)
    // The legacy frame of lz4 is a magic number, a length, and one block.
    let lz4 = try workshop.filter(content, through: "lz4 -l -c")
    let single = [UInt8](lz4.dropFirst(8))
    #expect(try BlockDecompressor(.lz4).decompress(single, room: content.count) == content)
  }

  @Test("an .lzma file of unknown length is read")
  func lzmaOfUnknownLength() throws {
    let content = Samples.text(100_000)
    let file = try Workshop().filter(content, through: "xz -c --format=lzma")
    #expect(file[5..<13].allSatisfy { $0 == 0xFF })
    let decoder = BlockDecompressor(.lzma)
    #expect(try decoder.decompress(file, room: content.count) == content)
    #expect(try decoder.decompress(file, room: content.count * 2) == content)
    #expect(throws: CompressionError.self) {
      try decoder.decompress(file, room: content.count - 1)
    }
  }

  @Test("our single blocks are read by the tools")
  func readByTools() throws {
    let content = Samples.text(100_000)
    let workshop = try Workshop()
    func block(_ compressor: Compressor, _ level: Int) throws -> [UInt8] {
      try #require(BlockCompressor(compressor, level: level).compress(content))
    }
    #expect(try workshop.filter(block(.zstd, 3), through: "zstd -dc") == content)
    #expect(try workshop.filter(block(.xz, 6), through: "xz -dc") == content)
    for level in [1, 12] {
      let raw = try block(.lz4, level)
      let length = withUnsafeBytes(of: UInt32(raw.count).littleEndian) { [UInt8]($0) }
      let frame = [0x02, 0x21, 0x4C, 0x18] + length + raw
      #expect(try workshop.filter(frame, through: "lz4 -dc") == content)
    }
    let script = "import sys, zlib; o = sys.stdout.buffer; i = sys.stdin.buffer"
    let python = "python3 -c '\(script); o.write(zlib.decompress(i.read()))'"
    #expect(try workshop.filter(block(.gzip, 9), through: python) == content)
  }

  @Test("too little room is an error, exact room is enough", arguments: Compressor.allCases)
  func room(compressor: Compressor) throws {
    let content = Samples.text(4096)
    let block = try Self.block(compressor, content)
    let decoder = BlockDecompressor(compressor)
    #expect(try decoder.decompress(block, room: 4096) == content)
    for room in [0, 1, 100, 4095] {
      do throws(CompressionError) {
        _ = try decoder.decompress(block, room: room)
        Issue.record("4096 bytes went into \(room)")
      } catch {
        // liblz4 does not tell why it stopped.
        let isCalledCorrupt = compressor == .lz4 && room > 0
        #expect(
          error == (isCalledCorrupt ? .corrupt(format: "lz4") : .tooLarge(limit: UInt64(room))))
      }
    }
  }

  @Test("no input is truncated input", arguments: Compressor.allCases)
  func noInput(compressor: Compressor) {
    #expect(throws: CompressionError.truncated(format: compressor.name)) {
      try BlockDecompressor(compressor).decompress([], room: 100)
    }
  }

  @Test("bytes after the block are an error", arguments: Compressor.allCases)
  func trailingBytes(compressor: Compressor) throws {
    let block = try Self.block(compressor, Samples.text(4096))
    for extra in [[0], [UInt8](repeating: 0xFF, count: 20), block] {
      #expect(throws: CompressionError.self) {
        try BlockDecompressor(compressor).decompress(block + extra, room: 10_000)
      }
    }
  }

  @Test("a block cut anywhere is an error, never its whole content", arguments: Compressor.allCases)
  func truncation(compressor: Compressor) throws {
    let content = Samples.text(4096)
    let block = try Self.block(compressor, content)
    let decoder = BlockDecompressor(compressor)
    for count in 0..<block.count {
      let result = try? decoder.decompress([UInt8](block[..<count]), room: 4096)
      // An LZ4 block has no end mark, and the range coder of lzma may end before its last bytes.
      let mayEndEarly = compressor == .lz4 || compressor == .lzma
      #expect(result == nil || mayEndEarly, "\(count) of \(block.count) bytes")
      if compressor == .lz4 { #expect(result != content) }
    }
    #expect(try decoder.decompress(block, room: 4096) == content)
  }

  @Test("every byte flipped is found or harmless", arguments: Compressor.allCases)
  func flippedBytes(compressor: Compressor) throws {
    let content = Samples.text(4096)
    var block = try Self.block(compressor, content)
    let decoder = BlockDecompressor(compressor)
    let hasChecksum = compressor == .gzip || compressor == .xz
    for position in block.indices {
      for mask: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
        block[position] ^= mask
        let result = try? decoder.decompress(block, room: 4096)
        if hasChecksum { #expect(result == nil || result == content) }
        block[position] ^= mask
      }
    }
    #expect(try decoder.decompress(block, room: 4096) == content)
  }

  @Test("noise never traps and leaves the context usable", arguments: Compressor.allCases)
  func noise(compressor: Compressor) throws {
    let content = Samples.text(4096)
    let block = try Self.block(compressor, content)
    let decoder = BlockDecompressor(compressor)
    var generator = Generator(seed: 77)
    for turn in 0..<3000 {
      let count = Int(generator.next() % 300) + 1
      var input = Samples.noise(count, seed: UInt64(turn))
      // Half of the inputs begin as a real block does, to get past the first checks.
      if turn % 2 == 0 { input.replaceSubrange(0..<min(count, 20), with: block.prefix(20)) }
      _ = try? decoder.decompress(input, room: Int(generator.next() % 5000))
    }
    #expect(try decoder.decompress(block, room: 4096) == content)
  }

  @Test("a dictionary beyond all use is refused, not allocated")
  func largeDictionary() throws {
    let workshop = try Workshop()
    let content = Samples.text(1000)
    let xz = try workshop.filter(content, through: "xz -c --lzma2=dict=256MiB")
    #expect(throws: CompressionError.unsupported("an xz dictionary of more than 32 MiB")) {
      try BlockDecompressor(.xz).decompress(xz, room: 1000)
    }
    let lzma = try workshop.filter(content, through: "xz -c --format=lzma --lzma1=dict=256MiB")
    #expect(throws: CompressionError.unsupported("an lzma dictionary of more than 32 MiB")) {
      try BlockDecompressor(.lzma).decompress(lzma, room: 1000)
    }
  }

  @Test("a zstd frame made with a dictionary is called so")
  func zstdDictionary() throws {
    let workshop = try Workshop()
    try workshop.run("mkdir parts")
    for number in 0..<200 {
      try workshop.write("parts/\(number)", Samples.text(2000, seed: UInt64(number) + 1))
    }
    try workshop.run("zstd -q --train parts/* -o dictionary --maxdict=4096")
    let frame = try workshop.filter(Samples.text(3000), through: "zstd -c -D dictionary")
    #expect(throws: CompressionError.unsupported("a zstd dictionary")) {
      try BlockDecompressor(.zstd).decompress(frame, room: 3000)
    }
  }
}
