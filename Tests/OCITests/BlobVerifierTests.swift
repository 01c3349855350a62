import Digests
import OCI
import Testing

@Suite("Verifying blobs")
struct BlobVerifierTests {
  private let bytes = Array("some bytes".utf8)

  private func descriptor(size: UInt64, algorithm: Digest.Algorithm = .sha256) -> Descriptor {
    Descriptor(
      mediaType: .ociLayer, digest: Digest.of(bytes.span.bytes, algorithm: algorithm), size: size)
  }

  @Test("the right bytes are accepted in any pieces", arguments: Digest.Algorithm.allCases)
  func accepts(algorithm: Digest.Algorithm) throws {
    for length in 1...bytes.count {
      var verifier = BlobVerifier(descriptor(size: 10, algorithm: algorithm), document: "it")
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        try verifier.update(piece.span.bytes)
      }
      try verifier.finish()
    }
  }

  @Test("too few bytes, too many and other bytes are told apart")
  func refuses() throws {
    let wrong = Array("other byte".utf8)
    #expect(
      throws: OCIError.digestMismatch(
        document: "it", expected: descriptor(size: 10).digest, actual: Digest.of(wrong.span.bytes))
    ) { try descriptor(size: 10).verify(wrong, document: "it") }
    #expect(throws: OCIError.sizeMismatch(document: "it", expected: 11, actual: 10)) {
      try descriptor(size: 11).verify(bytes, document: "it")
    }
    #expect(throws: OCIError.sizeMismatch(document: "it", expected: 9, actual: 10)) {
      try descriptor(size: 9).verify(bytes, document: "it")
    }
  }

  @Test("more bytes than promised are noticed at once")
  func early() throws {
    var verifier = BlobVerifier(descriptor(size: 3), document: "it")
    var failed = false
    do { try verifier.update(bytes.span.bytes) } catch { failed = true }
    #expect(failed)
  }
}
