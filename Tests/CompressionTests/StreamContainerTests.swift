import Compression
import Testing

@Suite("Header fields of gzip, skippable frames of zstd")
struct StreamContainerTests {
  private static let fixedHeaderSize = 10

  /// A member with optional header fields: FTEXT 1, FHCRC 2, FEXTRA 4, FNAME 8, FCOMMENT 16.
  private func member(_ content: [UInt8], flags: UInt8, badHeaderCRC: Bool = false) throws
    -> [UInt8]
  {
    let plain = try Workshop().filter(content, through: "gzip -n -c")
    var header = [UInt8](plain[..<Self.fixedHeaderSize])
    header[3] = flags
    if flags & 4 != 0 { header += [5, 0] + Array("AB\u{1}\u{0}x".utf8) }
    if flags & 8 != 0 { header += Array("layer.tar".utf8) + [0] }
    if flags & 16 != 0 { header += Array("a comment".utf8) + [0] }
    if flags & 2 != 0 {
      let sum = crc32(header) ^ (badHeaderCRC ? 1 : 0)
      header += [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
    }
    return header + plain[Self.fixedHeaderSize...]
  }

  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = sum & 1 == 1
        sum >>= 1
        if isOdd { sum ^= 0xEDB8_8320 }
      }
    }
    return ~sum
  }

  private func skippableFrame(_ payload: [UInt8], number: UInt8 = 0) -> [UInt8] {
    let count = withUnsafeBytes(of: UInt32(payload.count).littleEndian) { [UInt8]($0) }
    return [0x50 | number, 0x2A, 0x4D, 0x18] + count + payload
  }

  @Test("every combination of header fields is skipped", arguments: UInt8(0)..<32)
  func headerFields(flags: UInt8) throws {
    let content = Samples.text(1000)
    let stream = try member(content, flags: flags)
    for pieces in [1, 7, .max] {
      #expect(try StreamDecoder.decode(.gzip, stream + stream, pieces: pieces) == content + content)
    }
  }

  @Test("a wrong header checksum is an error")
  func headerChecksum() throws {
    let stream = try member(Samples.text(1000), flags: 2 | 4, badHeaderCRC: true)
    #expect(throws: CompressionError.corrupt(format: "gzip")) {
      try StreamDecoder.decode(.gzip, stream)
    }
  }

  @Test(
    "reserved header flags and other methods are errors", arguments: [(3, 0x20), (3, 0x80), (2, 7)])
  func reservedHeader(position: Int, value: UInt8) throws {
    var stream = try member(Samples.text(1000), flags: 0)
    stream[position] = value
    #expect(throws: CompressionError.corrupt(format: "gzip")) {
      try StreamDecoder.decode(.gzip, stream)
    }
  }

  @Test("a wrong checksum or length at the end is an error", arguments: 1...8)
  func gzipTrailer(fromEnd: Int) throws {
    var stream = try member(Samples.text(1000), flags: 0)
    stream[stream.count - fromEnd] ^= 0x40
    #expect(throws: CompressionError.corrupt(format: "gzip")) {
      try StreamDecoder.decode(.gzip, stream)
    }
  }

  @Test("a wrong content checksum of zstd is an error", arguments: 1...4)
  func zstdTrailer(fromEnd: Int) throws {
    var stream = try Workshop().filter(Samples.text(1000), through: "zstd -c --check")
    stream[stream.count - fromEnd] ^= 0x40
    #expect(throws: CompressionError.corrupt(format: "zstd")) {
      try StreamDecoder.decode(.zstd, stream)
    }
  }

  @Test("skippable frames are skipped wherever they are")
  func skippableFrames() throws {
    let content = Samples.text(5000)
    let frame = try Workshop().filter(content, through: "zstd -c")
    let small = skippableFrame(Array("metadata".utf8))
    let empty = skippableFrame([], number: 15)
    let large = skippableFrame([UInt8](repeating: 0x28, count: 300_000), number: 7)
    for pieces in [1000, .max] {
      for stream in [small + frame, frame + empty, frame + large + frame, empty + small + frame] {
        let frames = stream.count > 300_000 ? 2 : 1
        let result = try StreamDecoder.decode(.zstd, stream, pieces: pieces)
        #expect(result.count == content.count * frames)
        #expect(result.prefix(content.count) == content[...])
      }
    }
    #expect(try StreamDecoder.decode(.zstd, small, pieces: 1) == [])
  }

  @Test("a skippable frame cut anywhere is truncated")
  func truncatedSkippableFrame() throws {
    let frame = try Workshop().filter(Samples.text(10), through: "zstd -c")
    let last = skippableFrame([1, 2, 3, 4])
    for count in 1..<last.count {
      #expect(throws: CompressionError.truncated(format: "zstd"), "\(count) bytes") {
        try StreamDecoder.decode(.zstd, frame + last[..<count])
      }
    }
  }
}
