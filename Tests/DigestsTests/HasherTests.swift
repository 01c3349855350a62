import Digests
import Testing

@Suite("SHA256Hasher and ContentHasher")
struct HasherTests {
  private static let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 5) }

  @Test(
    "any division into pieces gives the same digest", arguments: [1, 2, 63, 64, 65, 4999, 5000])
  func pieces(size: Int) {
    var sha256 = SHA256Hasher()
    var sha512 = ContentHasher(.sha512)
    var start = 0
    while start < Self.content.count {
      let end = min(start + size, Self.content.count)
      let piece = [UInt8](Self.content[start..<end])
      sha256.update(piece.span.bytes)
      sha512.update(piece.span.bytes)
      start = end
    }
    #expect(sha256.finalize() == SHA256Digest.of(Self.content.span.bytes))
    #expect(sha512.finalize() == Digest.of(Self.content.span.bytes, algorithm: .sha512))
  }

  @Test("empty pieces change nothing")
  func emptyPieces() {
    let nothing: [UInt8] = []
    var hasher = SHA256Hasher()
    hasher.update(nothing.span.bytes)
    hasher.update(Self.content.span.bytes)
    hasher.update(nothing.span.bytes)
    #expect(hasher.finalize() == SHA256Digest.of(Self.content.span.bytes))
  }

  @Test("both hashers agree on SHA-256")
  func agreement() {
    var hasher = ContentHasher(.sha256)
    hasher.update(Self.content.span.bytes)
    #expect(hasher.finalize() == Digest(SHA256Digest.of(Self.content.span.bytes)))
  }

  @Test("SHA-512's published example comes out")
  func sha512() {
    let expected =
      "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    let digest = Digest.of([UInt8]("abc".utf8).span.bytes, algorithm: .sha512)
    #expect(digest.description == expected)
    #expect(digest.sha256 == nil)
  }

  @Test("a hasher that is dropped unfinished does no harm")
  func dropped() {
    for _ in 0..<1000 {
      var hasher = SHA256Hasher()
      hasher.update(Self.content.span.bytes)
    }
  }

  @Test("many tasks hash at once")
  func concurrency() async {
    let expected = SHA256Digest.of(Self.content.span.bytes)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask {
          (0..<50).allSatisfy { _ in SHA256Digest.of(Self.content.span.bytes) == expected }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
