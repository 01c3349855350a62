/// A digest as OCI documents write it: `sha256:` and 64, or `sha512:` and 128 lower-case
/// hexadecimal digits (OCI image specification, "Descriptor", section "Digests").
///
/// A value of this type is always well formed: it may become part of a path or a URL as it is.
public struct Digest: Hashable, Sendable {
  /// A registered algorithm.
  public enum Algorithm: String, CaseIterable, Sendable {
    /// SHA-256, which every implementation must support.
    case sha256
    /// SHA-512.
    case sha512

    /// The number of bytes of a digest.
    public var byteCount: Int {
      switch self {
      case .sha256: 32
      case .sha512: 64
      }
    }
  }

  /// What computed the digest.
  public let algorithm: Algorithm

  /// The digest proper: 32 or 64 bytes.
  public let bytes: [UInt8]

  /// Reads `ALGORITHM:HEX`, and throws for anything but a well-formed digest of an algorithm above.
  public init(validating text: String) throws(DigestError) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      throw .malformed(text)
    }
    guard let algorithm = Algorithm(rawValue: String(text[..<colon])) else {
      throw DigestError.isAlgorithmName(text.utf8[..<colon])
        ? .unsupportedAlgorithm(text) : .malformed(text)
    }
    let digits = text.utf8[text.utf8.index(after: colon)...]
    guard let bytes = Hexadecimal.bytes(of: digits), bytes.count == algorithm.byteCount else {
      throw .malformed(text)
    }
    self.algorithm = algorithm
    self.bytes = bytes
  }

  /// The OCI form of a SHA-256 value.
  public init(_ digest: SHA256Digest) {
    algorithm = .sha256
    bytes = digest.bytes
  }

  /// Takes over what a hasher computed.
  init(algorithm: Algorithm, computed bytes: [UInt8]) {
    precondition(bytes.count == algorithm.byteCount, "a hasher gives whole digests")
    self.algorithm = algorithm
    self.bytes = bytes
  }

  /// The digest of bytes that lie in memory already.
  public static func of(_ bytes: RawSpan, algorithm: Algorithm = .sha256) -> Digest {
    var hasher = ContentHasher(algorithm)
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The 64 or 128 lower-case hexadecimal digits, without the algorithm.
  public var hex: String { Hexadecimal.text(of: bytes) }

  /// The value as a ``SHA256Digest``; nil for another algorithm.
  public var sha256: SHA256Digest? {
    algorithm == .sha256 ? SHA256Digest(bytes: bytes) : nil
  }
}

extension Digest: CustomStringConvertible {
  /// The text that ``init(validating:)`` reads.
  public var description: String { "\(algorithm.rawValue):\(hex)" }
}

extension Digest: Codable {
  /// Decodes one string, and throws `DecodingError.dataCorrupted` where it is not a digest.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      try self.init(validating: text)
    } catch {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: error.description)
    }
  }

  /// Encodes ``description``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
