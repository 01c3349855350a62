internal import Digests

/// Compares bytes that arrive in pieces with the size and digest promised for them.
///
/// Nothing read through a verifier may be published before ``finish()`` has returned. Owned by
/// one task at a time.
public struct BlobVerifier: ~Copyable {
  private let descriptor: Descriptor
  private let document: String
  private var hasher: ContentHasher
  private var received: UInt64 = 0

  /// Begins with no bytes.
  ///
  /// - Parameter document: What the bytes are, for messages, as in "the image manifest".
  public init(_ descriptor: Descriptor, document: String) {
    self.descriptor = descriptor
    self.document = document
    hasher = ContentHasher(descriptor.digest.algorithm)
  }

  /// Adds bytes; throws ``OCIError/sizeMismatch(document:expected:actual:)`` as soon as there are
  /// more than promised.
  public mutating func update(_ bytes: RawSpan) throws(OCIError) {
    let (sum, overflow) = received.addingReportingOverflow(UInt64(bytes.byteCount))
    guard !overflow, sum <= descriptor.size else {
      throw .sizeMismatch(
        document: document, expected: descriptor.size, actual: overflow ? .max : sum)
    }
    received = sum
    hasher.update(bytes)
  }

  /// Throws unless the bytes added have the promised size and digest.
  public consuming func finish() throws(OCIError) {
    let expected = descriptor
    let document = document
    guard received == expected.size else {
      throw .sizeMismatch(document: document, expected: expected.size, actual: received)
    }
    let actual = hasher.finalize()
    guard actual == expected.digest else {
      throw .digestMismatch(document: document, expected: expected.digest, actual: actual)
    }
  }
}

extension Descriptor {
  /// Throws unless the bytes have the promised size and digest.
  ///
  /// - Parameter document: What the bytes are, for messages, as in "the image manifest".
  public func verify(_ bytes: [UInt8], document: String) throws(OCIError) {
    var verifier = BlobVerifier(self, document: document)
    try verifier.update(bytes.span.bytes)
    try verifier.finish()
  }
}
