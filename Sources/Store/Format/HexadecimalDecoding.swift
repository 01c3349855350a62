internal import Digests

extension KeyedDecodingContainer {
  /// Decodes 64 hexadecimal digits.
  func decodeSHA256(forKey key: Key) throws -> SHA256Digest {
    guard let digest = SHA256Digest(hex: try decode(String.self, forKey: key)) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "not a SHA-256 digest")
    }
    return digest
  }
}
