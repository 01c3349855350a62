import Compression
import Testing

@Suite("Members of gzip")
struct GzipStreamTests {
  private static let everything: UInt8 = 2 | 4 | 8 | 16

  /// A member whose header has all fields, the text ones of this length.
  private func member(_ content: [UInt8], textLength: Int = 5) throws -> [UInt8] {
    let plain = try Workshop().filter(content, through: "gzip -n -c")
    var header = plain[..<10]
    header[3] = Self.everything
    let extra = [UInt8](repeating: 0, count: min(textLength, 65_535))
    header += [UInt8(truncatingIfNeeded: extra.count), UInt8(truncatingIfNeeded: extra.count >> 8)]
    header += extra
    for letter in "nc".utf8 { header += [UInt8](repeating: letter, count: textLength) + [0] }
    let sum = try checksum([UInt8](header))
    return [UInt8](header) + sum + plain[10...]
  }

  /// The lower half of the CRC-32 of bytes, as gzip(1) computes it.
  private func checksum(_ bytes: [UInt8]) throws -> ArraySlice<UInt8> {
    let stream = try Workshop().filter(bytes, through: "gzip -n -c")
    return stream[(stream.count - 8)..<(stream.count - 6)]
  }

  @Test("a header with every field, cut anywhere, is truncated", arguments: [1, 3, .max])
  func truncatedHeader(pieces: Int) throws {
    let stream = try member(Samples.text(100))
    #expect(try StreamDecoder.decode(.gzip, stream, pieces: pieces) == Samples.text(100))
    for count in 0..<stream.count {
      #expect(throws: CompressionError.truncated(format: "gzip"), "\(count) bytes") {
        try StreamDecoder.decode(.gzip, [UInt8](stream[..<count]), pieces: pieces)
      }
    }
  }

  @Test("header fields may be longer than any buffer", arguments: [1000, 65_536, .max])
  func longHeader(pieces: Int) throws {
    let content = Samples.text(1000)
    let stream = try member(content, textLength: 300_000)
    try #require(stream.count > 600_000)
    #expect(try StreamDecoder.decode(.gzip, stream, pieces: pieces) == content)
  }

  @Test("every bit of a header that its checksum covers is checked")
  func flippedHeader() throws {
    var stream = try member(Samples.text(10))
    let headerSize = 10 + 2 + 5 + 6 + 6 + 2
    for position in 0..<headerSize {
      for bit in 0..<8 {
        stream[position] ^= 1 << UInt8(bit)
        #expect(throws: CompressionError.self, "byte \(position), bit \(bit)") {
          try StreamDecoder.decode(.gzip, stream)
        }
        stream[position] ^= 1 << UInt8(bit)
      }
    }
  }

  @Test("a member's trailer counts for its own member only", arguments: [1, 50, .max])
  func trailers(pieces: Int) throws {
    let parts = [Samples.text(400), Samples.noise(70_000), [], Samples.zeros]
    let members = try parts.map { try Workshop().filter($0, through: "gzip -c") }
    let whole = members.flatMap { $0 }
    #expect(try StreamDecoder.decode(.gzip, whole, pieces: pieces) == parts.flatMap { $0 })
    var end = 0
    for member in members {
      end += member.count
      for fromEnd in [1, 4, 5, 8] {
        var damaged = whole
        damaged[end - fromEnd] ^= 0x10
        #expect(throws: CompressionError.corrupt(format: "gzip"), "\(end), \(fromEnd)") {
          try StreamDecoder.decode(.gzip, damaged, pieces: pieces)
        }
      }
    }
  }

  @Test("garbage after the last member is an error at once, though it looks like a header at first")
  func garbage() throws {
    let stream = try Workshop().filter(Samples.text(100), through: "gzip -c")
    let beginnings: [[UInt8]] = [
      [0], [0x1F, 0], [0x1F, 0x8B, 7], [0x1F, 0x8B, 8, 0x40],
    ]
    for extra in beginnings {
      for pieces in [1, .max] {
        #expect(throws: CompressionError.corrupt(format: "gzip"), "\(extra)") {
          try StreamDecoder.decode(.gzip, stream + extra, pieces: pieces)
        }
      }
    }
  }

  @Test("a member longer than 4 GiB is read, and its length checked modulo 2^32")
  func hugeMember() throws {
    // A part of 64 MiB of zeros ends on a byte, so that it may be repeated.
    let program = """
      import struct, sys, zlib
      zeros, times = bytes(64 << 20), 65
      press = zlib.compressobj(1, zlib.DEFLATED, -15)
      part = press.compress(zeros) + press.flush(zlib.Z_FULL_FLUSH)
      checksum = 0
      for _ in range(times): checksum = zlib.crc32(zeros, checksum)
      head = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
      tail = struct.pack("<II", checksum, (len(zeros) * times) & 0xFFFFFFFF)
      sys.stdout.buffer.write(head + part * times + bytes([3, 0]) + tail)
      """
    var stream = try Workshop().filter(Array(program.utf8), through: "python3 -")
    let limits = StreamLimits(maximumRatio: 2000)
    func size() throws -> UInt64 {
      var decoder = StreamDecoder(.gzip, limits: limits)
      try decoder.decode(stream.span.bytes) { _ in }
      try decoder.finish()
      return decoder.outputCount
    }
    #expect(try size() == (65 * 64) << 20)
    stream[stream.count - 1] ^= 1
    #expect(throws: CompressionError.corrupt(format: "gzip")) { try size() }
  }
}
