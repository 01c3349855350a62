public import Digests
internal import Linux

/// What an image was linked from: enough to link it again.
public struct ImageIngredients: Hashable, Sendable {
  /// The layers, lowest first.
  public var layers: [LayerKey]
  /// The documents.
  public var documents: [String: [UInt8]]

  /// Makes ingredients.
  public init(layers: [LayerKey], documents: [String: [UInt8]]) {
    self.layers = layers
    self.documents = documents
  }
}

extension Store {
  /// What a damaged image object still says of what it was linked from; nil when that part of it is
  /// damaged, too, or it is gone.
  public func ingredients(ofDamaged name: SHA256Digest) throws(StoreError) -> ImageIngredients? {
    let path = StorePath(.images, name.hex)
    let bytes: [UInt8]
    do throws(StoreError) {
      bytes = try attempt(path) { () throws(SystemError) in try directory.read(path) }
    } catch .missing {
      return nil
    }
    return try? ImageObject.ingredients(salvaging: bytes)
  }
}
