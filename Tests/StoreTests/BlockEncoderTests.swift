import Compression
import Store
import Testing

@Suite("The stored form of blocks")
struct BlockEncoderTests {
  let encoder: BlockEncoder

  init() throws { encoder = try BlockEncoder(StoreParameters(level: 3)) }

  /// Content whose first bytes are noise that does not compress and whose rest are zeros.
  static func content(noise: Int, zeros: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    let random = (0..<noise).map { _ -> UInt8 in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
    return random + [UInt8](repeating: 0, count: zeros)
  }

  @Test("what compresses well is stored compressed, and comes back")
  func compressible() throws {
    let content = Self.content(noise: 100, zeros: 100_000)
    let block = encoder.encode(content)
    #expect(block.isCompressed)
    var output = [UInt8](repeating: 1, count: content.count)
    var span = output.mutableSpan
    var raw = span.mutableBytes
    let count = try BlockDecompressor(.zstd).decompress(block.bytes.span.bytes, into: &raw)
    #expect(count == content.count)
    #expect(output == content)
  }

  @Test("what does not compress is stored as it is")
  func incompressible() {
    let content = Self.content(noise: 65536, zeros: 0)
    let block = encoder.encode(content)
    #expect(!block.isCompressed)
    #expect(block.bytes == content)
    #expect(block.storedSize == StoredSize(byteCount: 65536, isCompressed: false))
  }

  @Test(
    "a block is compressed exactly where that saves an eighth",
    arguments: [(7, false), (9, false), (11, false), (14, true), (20, true), (60, true)])
  func eighth(zerosPercent: Int, isCompressed: Bool) {
    let zeros = 100_000 * zerosPercent / 100
    let block = encoder.encode(Self.content(noise: 100_000 - zeros, zeros: zeros))
    #expect(block.isCompressed == isCompressed)
  }

  @Test("a single byte is stored as it is")
  func tiny() { #expect(encoder.encode([7]).bytes == [7]) }

  @Test("the same content has the same form, from any encoder")
  func deterministic() throws {
    let content = Self.content(noise: 1000, zeros: 90_000)
    #expect(try BlockEncoder(StoreParameters(level: 3)).encode(content) == encoder.encode(content))
  }
}
