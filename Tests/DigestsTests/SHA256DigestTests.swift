import Digests
import Testing

@Suite("SHA256Digest")
struct SHA256DigestTests {
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test(
    "the published examples of FIPS 180 come out",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func publishedExamples(text: String, hex: String) {
    #expect(SHA256Digest.of([UInt8](text.utf8).span.bytes).hex == hex)
  }

  @Test("text and bytes are read back")
  func roundTrip() throws {
    let digest = try #require(SHA256Digest(hex: abc))
    #expect(digest.description == abc)
    #expect(digest.bytes.count == SHA256Digest.byteCount)
    #expect(SHA256Digest(bytes: digest.bytes) == digest)
    #expect(SHA256Digest(bytes: ArraySlice(digest.bytes)) == digest)
    #expect(SHA256Digest(span: digest.bytes.span.bytes) == digest)
    var record: [UInt8] = [7]
    digest.append(to: &record)
    #expect(record == [7] + digest.bytes)
  }

  @Test("a record need not be aligned")
  func unalignedRecord() throws {
    let digest = try #require(SHA256Digest(hex: abc))
    for offset in 0..<8 {
      let record = [UInt8](repeating: 0xEE, count: offset) + digest.bytes
      #expect(SHA256Digest(span: record.span.bytes.extracting(droppingFirst: offset)) == digest)
    }
  }

  @Test("any other number of bytes is refused", arguments: [0, 1, 31, 33, 64])
  func wrongLength(count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    #expect(SHA256Digest(bytes: bytes) == nil)
    #expect(SHA256Digest(span: bytes.span.bytes) == nil)
  }

  @Test(
    "text that is not 64 lower-case digits is refused",
    arguments: [
      "", "ba", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adff",
      "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      " a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "é7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ])
  func wrongText(text: String) {
    #expect(SHA256Digest(hex: text) == nil)
  }

  @Test("the order is that of the bytes, whichever byte differs")
  func order() throws {
    let lowest = [UInt8](repeating: 0x7F, count: 32)
    for position in 0..<32 {
      var higher = lowest
      higher[position] = 0x80
      let left = try #require(SHA256Digest(bytes: lowest))
      let right = try #require(SHA256Digest(bytes: higher))
      #expect(left < right)
      #expect(!(right < left))
      #expect(left != right)
      #expect(left.hex < right.hex)
    }
  }

  @Test("equal values are one key of a table")
  func tableKey() {
    var table: [SHA256Digest: Int] = [:]
    for number in 0..<1000 {
      let text = [UInt8](String(number % 100).utf8)
      table[SHA256Digest.of(text.span.bytes), default: 0] += 1
    }
    #expect(table.count == 100)
    #expect(table.values.allSatisfy { $0 == 10 })
  }
}
