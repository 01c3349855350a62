import Digests
import Testing

@Suite("Checksum")
struct ChecksumTests {
  @Test(
    "values of the reference implementation come out",
    arguments: [
      ("", "99aa06d3014798d86001c324468d497f"),
      ("a", "a96faf705af16834e6c632b61e964e1f"),
      ("abc", "06b05ab6733a618578af5f94892f3950"),
    ])
  func referenceValues(text: String, hex: String) {
    let checksum = Checksum.of([UInt8](text.utf8).span.bytes)
    #expect(checksum.hex == hex)
    #expect(checksum.description == hex)
  }

  @Test("the bytes are the digits' bytes, and are read back")
  func roundTrip() {
    let checksum = Checksum.of([UInt8]("abc".utf8).span.bytes)
    let bytes = checksum.bytes
    #expect(bytes.count == Checksum.byteCount)
    #expect(bytes.prefix(4) == [0x06, 0xB0, 0x5A, 0xB6])
    #expect(Checksum(bytes: bytes) == checksum)
    #expect(Checksum(span: bytes.span.bytes) == checksum)
    let record = [0xFF] + bytes
    #expect(Checksum(span: record.span.bytes.extracting(droppingFirst: 1)) == checksum)
    var appended: [UInt8] = [1, 2]
    checksum.append(to: &appended)
    #expect(appended == [1, 2] + bytes)
  }

  @Test("any other number of bytes is refused", arguments: [0, 8, 15, 17, 32])
  func wrongLength(count: Int) {
    let bytes = [UInt8](repeating: 9, count: count)
    #expect(Checksum(bytes: bytes) == nil)
    #expect(Checksum(span: bytes.span.bytes) == nil)
  }

  @Test("every flipped bit of a block changes it", arguments: [1, 16, 200, 300, 4096])
  func flippedBits(size: Int) {
    var block = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let original = Checksum.of(block.span.bytes)
    for position in stride(from: 0, to: size, by: max(1, size / 64)) {
      for bit in 0..<8 {
        block[position] ^= 1 << UInt8(bit)
        #expect(Checksum.of(block.span.bytes) != original)
        block[position] ^= 1 << UInt8(bit)
      }
    }
    #expect(Checksum.of(block.span.bytes) == original)
  }
}
