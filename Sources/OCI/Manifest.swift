public import Digests

/// The manifest of one image, OCI or Docker schema 2 (OCI image specification, "Image Manifest").
public struct Manifest: Hashable, Sendable {
  /// The manifest's own type.
  public let mediaType: MediaType
  /// The image configuration.
  public let config: Descriptor
  /// The layers, lowest first.
  ///
  /// There may be none.
  public let layers: [Descriptor]
  /// Annotations of the image.
  public let annotations: [String: String]
  /// The whole document.
  public let json: JSONValue

  /// Reads a manifest, and refuses artifacts that are no images, encrypted layers and layers of
  /// unknown types.
  init(_ json: JSONValue, mediaType: MediaType) throws(OCIError) {
    self.json = json
    self.mediaType = mediaType
    annotations = (json["annotations"]?.object ?? [:]).compactMapValues(\.string)
    guard let config = json["config"] else {
      throw .invalid(document: Self.name, reason: "it has no config")
    }
    self.config = try Descriptor(config, in: Self.name)
    guard self.config.mediaType.isConfig else {
      throw .unsupported(
        document: Self.name,
        reason: "it describes an artifact without a root file system: its config is of type "
          + "'\(OCIError.shown(self.config.mediaType.name))'")
    }
    var layers: [Descriptor] = []
    for layer in try json.list("layers", in: Self.name) {
      layers.append(try Self.layer(layer))
    }
    self.layers = layers
  }

  private static let name = "the image manifest"

  private static func layer(_ json: JSONValue) throws(OCIError) -> Descriptor {
    let layer = try Descriptor(json, in: name)
    if layer.mediaType.isEncrypted {
      throw .unsupported(document: name, reason: "the image's layers are encrypted")
    }
    guard layer.mediaType.layerCompression != nil else {
      throw .unsupported(
        document: name,
        reason: "a layer is of type '\(OCIError.shown(layer.mediaType.name))', which is no layer "
          + "of files")
    }
    return layer
  }
}

extension Manifest {
  /// The most bytes that a manifest, index or configuration may have: 4 MiB.
  public static let sizeLimit = 4 << 20

  /// The bytes of an OCI manifest of an image with these blobs.
  ///
  /// Equal arguments give equal bytes.
  public static func bytes(
    config: Descriptor, layers: [Descriptor], annotations: [String: String] = [:]
  ) -> [UInt8] {
    var json: JSONValue = [
      "schemaVersion": 2, "mediaType": .string(MediaType.ociManifest.name),
      "config": config.json, "layers": .array(layers.map(\.json)),
    ]
    if !annotations.isEmpty {
      json["annotations"] = .object(annotations.mapValues(JSONValue.string))
    }
    return json.bytes
  }

  /// The bytes of the OCI manifest of an image with one uncompressed layer.
  ///
  /// - Parameters:
  ///   - config: The configuration's bytes, as ``ImageConfig/flattened(diffID:)`` makes them.
  ///   - diffID: The digest of the layer's tar, which is also what the configuration names.
  ///   - layerSize: The number of bytes of the layer's tar.
  public static func bytes(
    config: [UInt8], diffID: Digest, layerSize: UInt64
  ) -> [UInt8] {
    bytes(
      config: Descriptor(
        mediaType: .ociConfig, digest: Digest.of(config.span.bytes), size: UInt64(config.count)),
      layers: [Descriptor(mediaType: .ociLayer, digest: diffID, size: layerSize)])
  }
}
