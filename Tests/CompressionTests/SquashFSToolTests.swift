import Compression
import Testing

@Suite("Blocks and options of real SquashFS writers")
struct SquashFSToolTests {
  private static let makers: [(String, Compressor)] = ["mksquashfs", "gensquashfs"].flatMap {
    tool in Compressor.allCases.map { (tool, $0) }
  }

  @Test("a block of every compressor is read", arguments: makers, [4096, 131_072, 1 << 20])
  func read(maker: (tool: String, compressor: Compressor), blockSize: Int) throws {
    let content = [UInt8](try Samples.program().prefix(blockSize))
    try #require(content.count == blockSize)
    let image = try SquashFSFile(
      by: maker.tool, maker.compressor, content: content, blockSize: blockSize)
    let block = image.data
    try #require(block.count < content.count)
    let decoder = BlockDecompressor(maker.compressor)
    #expect(try decoder.decompress(block, room: blockSize) == content)
    #expect(throws: CompressionError.self) { try decoder.decompress(block, room: blockSize - 1) }
  }

  @Test("xz blocks with branch filters are read")
  func branchFilters() throws {
    let content = [UInt8](try Samples.program().prefix(131_072))
    let image = try SquashFSFile(
      by: "mksquashfs", .xz, content: content, blockSize: 131_072, options: "-Xbcj x86")
    #expect(image.options != nil)
    #expect(try BlockDecompressor(.xz).decompress(image.data, room: 131_072) == content)
  }

  @Test(
    "options are the bytes that mksquashfs writes for them",
    arguments: [
      (Compressor.gzip, 9, ""), (.gzip, 5, "-Xcompression-level 5"), (.xz, 6, ""),
      (.lz4, 1, ""), (.lz4, 12, "-Xhc"), (.zstd, 15, ""), (.zstd, 3, "-Xcompression-level 3"),
      (.zstd, 22, "-Xcompression-level 22"),
    ])
  func options(compressor: Compressor, level: Int, flags: String) throws {
    let image = try SquashFSFile(
      by: "mksquashfs", compressor, content: Samples.text(4096), blockSize: 4096, options: flags)
    let ours = try BlockCompressor(compressor, level: level).options.encoded
    // mksquashfs sets a strategy bit for zlib's default where Firn leaves all clear.
    if compressor == .gzip, let theirs = image.options {
      #expect(ours?.prefix(6) == theirs.prefix(6))
      #expect(ours?.count == theirs.count)
    } else {
      #expect(ours == image.options)
    }
  }

  @Test(
    "with the same library and level our block is mksquashfs' block",
    arguments: [
      (Compressor.gzip, 9, ""), (.lz4, 1, ""), (.lz4, 12, "-Xhc"), (.zstd, 15, ""),
      (.zstd, 3, "-Xcompression-level 3"),
    ])
  func sameBlock(compressor: Compressor, level: Int, flags: String) throws {
    let content = [UInt8](try Samples.program().prefix(131_072))
    let image = try SquashFSFile(
      by: "mksquashfs", compressor, content: content, blockSize: 131_072, options: flags)
    let ours = try BlockCompressor(compressor, level: level).compress(content)
    #expect(ours == image.data)
  }

  @Test("options that are not written are nil, others have the format's size")
  func encodedOptions() {
    #expect(Compressor.Options.defaults.encoded == nil)
    #expect(
      Compressor.Options.xz(dictionary: 131_072, filters: 1).encoded == [0, 0, 2, 0, 1, 0, 0, 0])
    #expect(
      Compressor.Options.gzip(level: 5, window: 15, strategies: 0).encoded
        == [5, 0, 0, 0, 15, 0, 0, 0])
    #expect(Compressor.Options.lz4(version: 1, flags: 0).encoded == [1, 0, 0, 0, 0, 0, 0, 0])
    #expect(Compressor.Options.zstd(level: 3).encoded == [3, 0, 0, 0])
  }
}
