import Digests
import Failures
import Testing

@Suite("Digest")
struct DigestTests {
  private static let sha256 =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  private static let sha512 = "sha512:" + String(repeating: "0123456789abcdef", count: 8)

  @Test("a well-formed digest is taken apart and put together", arguments: [sha256, sha512])
  func wellFormed(text: String) throws {
    let digest = try Digest(validating: text)
    #expect(digest.description == text)
    #expect(digest.algorithm.rawValue + ":" + digest.hex == text)
    #expect(digest.bytes.count == digest.algorithm.byteCount)
    #expect(digest.hex.utf8.count == 2 * digest.algorithm.byteCount)
  }

  @Test("a SHA-256 digest and its value convert into each other")
  func conversion() throws {
    let digest = try Digest(validating: Self.sha256)
    let value = try #require(digest.sha256)
    #expect(Digest(value) == digest)
    #expect(Digest.of([UInt8]("abc".utf8).span.bytes) == digest)
  }

  @Test(
    "what is not a digest is refused",
    arguments: [
      "", ":", "sha256", "sha256:", "sha256:abc", ":" + String(repeating: "a", count: 64),
      "sha256:" + String(repeating: "A", count: 64), "sha256:" + String(repeating: "a", count: 63),
      "sha256:" + String(repeating: "a", count: 65),
      "sha256:" + String(repeating: "a", count: 128),
      "sha512:" + String(repeating: "a", count: 64),
      " sha256:" + String(repeating: "a", count: 64),
      "sha256:" + String(repeating: "a", count: 64) + "\n",
      "sha256::" + String(repeating: "a", count: 63),
      "SHA256:" + String(repeating: "a", count: 64),
      "sha256:../../../../../../../../../../../../../../../../etc/passwd/aaaaaaaaaaaa",
      "sha256:" + String(repeating: "é", count: 32), "sha256:" + String(repeating: "\0", count: 64),
      "../x:" + String(repeating: "a", count: 64),
    ])
  func malformed(text: String) {
    #expect(throws: DigestError.malformed(text)) { try Digest(validating: text) }
  }

  @Test(
    "another algorithm is named as the reason",
    arguments: [
      "md5:d41d8cd98f00b204e9800998ecf8427e",
      "sha384:" + String(repeating: "a", count: 96),
      "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
    ])
  func unsupported(text: String) {
    #expect(throws: DigestError.unsupportedAlgorithm(text)) { try Digest(validating: text) }
  }

  @Test("messages quote hostile text short and printable")
  func messages() throws {
    let hostile = "sha256:\u{1B}[2J\n" + String(repeating: "x", count: 10_000)
    let error = DigestError.malformed(hostile)
    #expect(error.failure.code == .imageInvalid)
    #expect(error.failure.nextStep != nil)
    #expect(error.description.utf8.count < 400)
    #expect(error.description.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    let unsupported = DigestError.unsupportedAlgorithm("md5:00")
    #expect(unsupported.description.contains("md5:00"))
    #expect(unsupported.failure != DigestError.malformed("md5:00").failure)
  }
}
