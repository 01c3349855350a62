public import Digests
public import OCI

/// A document of an image, byte for byte as it was published.
public struct ImageDocument: Hashable, Sendable {
  /// The bytes.
  public let bytes: [UInt8]
  /// The digest of the bytes, computed or checked here.
  public let digest: Digest
  /// What the document is.
  public let mediaType: MediaType

  /// Makes a value from its parts.
  public init(bytes: [UInt8], digest: Digest, mediaType: MediaType) {
    self.bytes = bytes
    self.digest = digest
    self.mediaType = mediaType
  }
}

/// A layer of an image: what is stored of it, and what it contains.
public struct ImageLayer: Hashable, Sendable {
  /// The blob as it is stored.
  public let descriptor: Descriptor
  /// The digest of the uncompressed tar; whoever decompresses the blob checks it.
  public let diffID: Digest
  /// The layer's place in the image: 1 is the lowest.
  public let position: Int

  /// Makes a value from its parts.
  public init(descriptor: Descriptor, diffID: Digest, position: Int) {
    self.descriptor = descriptor
    self.diffID = diffID
    self.position = position
  }
}

/// An image found: its documents and its layers.
public struct ResolvedImage: Hashable, Sendable {
  /// The image's manifest.
  ///
  /// A docker-archive has none, and gets an OCI manifest made for it.
  public let manifest: ImageDocument
  /// The indexes that led to the manifest, outermost first; often there is none.
  public let indexes: [ImageDocument]
  /// The image's configuration.
  public let configDocument: ImageDocument
  /// The configuration, read.
  public let config: ImageConfig
  /// The layers, lowest first; there may be none.
  ///
  /// They are described as the source has them, which for a storage is uncompressed, whatever the
  /// manifest says.
  public let layers: [ImageLayer]
  /// What to call the image when nobody says otherwise; there may be no name.
  public let names: [String]
  /// What the image is for, by its configuration or else by the index.
  public let platform: Platform?

  /// Every digest that names the image: of its indexes, its manifest and its configuration.
  public var digests: [Digest] {
    indexes.map(\.digest) + [manifest.digest, configDocument.digest]
  }

  /// The same image with its layers stored in another form.
  func replacingLayers(_ layers: [ImageLayer]) -> ResolvedImage {
    ResolvedImage(
      manifest: manifest, indexes: indexes, configDocument: configDocument, config: config,
      layers: layers, names: names, platform: platform)
  }
}
