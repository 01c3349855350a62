/// Computes a ``SHA256Digest`` of bytes that arrive in pieces.
///
/// Owned by one task at a time, and may be handed to another.
public struct SHA256Hasher: ~Copyable, Sendable {
  private var computation: HashComputation

  /// Begins with no bytes.
  public init() {
    computation = HashComputation(.sha256)
  }

  /// Adds bytes; any division into pieces gives the same digest.
  public mutating func update(_ bytes: RawSpan) {
    computation.update(bytes)
  }

  /// The digest of all bytes added, which ends the hasher.
  public consuming func finalize() -> SHA256Digest {
    computation.finalize { output in
      guard let digest = SHA256Digest(span: output) else {
        preconditionFailure("SHA-256 gives 32 bytes")
      }
      return digest
    }
  }
}

extension SHA256Digest {
  /// The digest of bytes that lie in memory already.
  public static func of(_ bytes: RawSpan) -> SHA256Digest {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finalize()
  }
}
