public import Digests

/// The name of a layer recipe (firn-store(5), "Layer recipes"): one layer in one set of parameters.
public struct LayerKey: Hashable, Sendable {
  /// The SHA-256 that names the recipe's file.
  public let digest: SHA256Digest

  /// Takes over a key that was stored.
  public init(_ digest: SHA256Digest) { self.digest = digest }

  /// Reads the name of a recipe's file; nil for a name of another form.
  init?(name: String) {
    guard let digest = SHA256Digest(hex: name) else { return nil }
    self.digest = digest
  }

  /// The key of the layer with a diff ID, in a store of these parameters.
  public init(diffID: Digest, parameters: StoreParameters) {
    var writer = ByteWriter()
    writer.append(ByteWriter.magic("FIRNLKEY"))
    parameters.append(to: &writer)
    writer.append(contentsOf: diffID.description.utf8)
    digest = .of(writer.bytes.span.bytes)
  }
}

extension LayerKey: CustomStringConvertible {
  /// The digest in hexadecimal: the name of the recipe's file.
  public var description: String { digest.hex }
}
