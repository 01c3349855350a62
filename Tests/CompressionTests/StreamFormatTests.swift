import Compression
import Testing

@Suite("StreamFormat")
struct StreamFormatTests {
  @Test(
    "the first bytes tell the format",
    arguments: [
      ([0x1F, 0x8B, 8, 0], StreamFormat.gzip), ([0x1F, 0x8B], .gzip),
      ([0x28, 0xB5, 0x2F, 0xFD], .zstd), ([0x28, 0xB5, 0x2F, 0xFD, 4, 0, 0], .zstd),
      ([0x50, 0x2A, 0x4D, 0x18], .zstd), ([0x5F, 0x2A, 0x4D, 0x18], .zstd),
      ([0x60, 0x2A, 0x4D, 0x18], .plain), ([0x28, 0xB5, 0x2F], .plain), ([], .plain),
      ([0x1F], .plain), ([0, 0, 0, 0], .plain), (Array("usr/bin/".utf8), .plain),
      ([0xFD, 0x37, 0x7A, 0x58], .plain),
    ])
  func detection(prefix: [UInt8], format: StreamFormat) {
    let detected = StreamFormat.detect(prefix.span.bytes)
    #expect(detected == format)
  }

  @Test(
    "what the tools write is detected",
    arguments: zip(["gzip -c", "zstd -c"], [StreamFormat.gzip, .zstd]))
  func tools(command: String, format: StreamFormat) throws {
    let stream = try Workshop().filter(Samples.text(100), through: command)
    let detected = StreamFormat.detect(stream.span.bytes)
    #expect(detected == format)
  }
}
