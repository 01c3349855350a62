/// Computes a ``Digest`` of bytes that arrive in pieces, by the algorithm that a descriptor names.
///
/// Owned by one task at a time, and may be handed to another.
public struct ContentHasher: ~Copyable, Sendable {
  private let algorithm: Digest.Algorithm
  private var computation: HashComputation

  /// Begins with no bytes.
  public init(_ algorithm: Digest.Algorithm) {
    self.algorithm = algorithm
    computation =
      switch algorithm {
      case .sha256: HashComputation(.sha256)
      case .sha512: HashComputation(.sha512)
      }
  }

  /// Adds bytes; any division into pieces gives the same digest.
  public mutating func update(_ bytes: RawSpan) {
    computation.update(bytes)
  }

  /// The digest of all bytes added, which ends the hasher.
  public consuming func finalize() -> Digest {
    let algorithm = algorithm
    return computation.finalize { output in
      Digest(
        algorithm: algorithm, computed: output.withUnsafeBytes { [UInt8]($0) })
    }
  }
}
