public import Digests

/// One "big data" item of an image: a document that containers/storage keeps beside it.
public struct BigDatum: Hashable, Sendable, Codable {
  /// The key, such as `manifest` or `sha256:…`.
  public var key: String
  /// The digest of the bytes.
  public var digest: Digest
  /// The number of bytes.
  public var size: Int

  /// The name under which the image object keeps the bytes.
  public var document: String

  /// Makes an item.
  public init(key: String, document: String, digest: Digest, size: Int) {
    self.key = key
    self.document = document
    self.digest = digest
    self.size = size
  }
}
