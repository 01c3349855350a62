/// A media type of OCI or Docker documents, without parameters, in lower case.
public struct MediaType: Hashable, Sendable, CustomStringConvertible {
  /// The type, such as `application/vnd.oci.image.manifest.v1+json`.
  public let name: String

  /// Reads a media type or a `Content-Type` header: what follows a semicolon is dropped.
  public init(_ text: String) {
    let bare = text.prefix { $0 != ";" }
    name = bare.split(whereSeparator: \.isWhitespace).joined().lowercased()
  }

  /// The type itself.
  public var description: String { name }
}

extension MediaType {
  /// An OCI image manifest.
  public static let ociManifest = MediaType("application/vnd.oci.image.manifest.v1+json")
  /// An OCI image index.
  public static let ociIndex = MediaType("application/vnd.oci.image.index.v1+json")
  /// An OCI image configuration.
  public static let ociConfig = MediaType("application/vnd.oci.image.config.v1+json")
  /// An uncompressed OCI layer.
  public static let ociLayer = MediaType("application/vnd.oci.image.layer.v1.tar")
  /// An OCI layer compressed with gzip.
  public static let ociLayerGzip = MediaType("application/vnd.oci.image.layer.v1.tar+gzip")
  /// An OCI layer compressed with zstd.
  public static let ociLayerZstd = MediaType("application/vnd.oci.image.layer.v1.tar+zstd")
  /// A Docker manifest of schema 2.
  public static let dockerManifest = MediaType(
    "application/vnd.docker.distribution.manifest.v2+json")
  /// A Docker manifest list.
  public static let dockerList = MediaType(
    "application/vnd.docker.distribution.manifest.list.v2+json")
  /// A Docker image configuration.
  public static let dockerConfig = MediaType("application/vnd.docker.container.image.v1+json")

  /// Every kind of manifest that Firn reads, in the order of preference for an Accept header.
  public static let manifests: [MediaType] = [
    .ociIndex, .dockerList, .ociManifest, .dockerManifest,
  ]

  /// Whether this is an index or a Docker list.
  public var isIndex: Bool { self == .ociIndex || self == .dockerList }

  /// Whether this is a manifest of one image.
  public var isManifest: Bool { self == .ociManifest || self == .dockerManifest }

  /// Whether this is what a registry serves among manifests: a manifest or an index.
  public var isManifestOrIndex: Bool { isManifest || isIndex }

  /// Whether this is an image configuration.
  public var isConfig: Bool { self == .ociConfig || self == .dockerConfig }
}

/// How a layer's bytes are compressed according to its media type.
///
/// The label decides, but programs mislabel: readers look at the first bytes, and warn where they
/// disagree.
public enum LayerCompression: String, Sendable, CaseIterable {
  /// A plain tar.
  case none
  /// gzip (RFC 1952).
  case gzip
  /// zstd (RFC 8878).
  case zstd
}

extension MediaType {
  /// The compression a layer's type promises; nil for types that are not layers Firn can read.
  public var layerCompression: LayerCompression? { Self.layers[name]?.compression }

  /// Whether the type is one of those "not to be distributed": its blob may be missing from the
  /// registry, and then comes from the descriptor's `urls`.
  public var isForeignLayer: Bool { Self.layers[name]?.isForeign ?? false }

  /// Whether the type says that the layer is encrypted.
  public var isEncrypted: Bool { name.hasSuffix("+encrypted") }

  private static let layers: [String: (compression: LayerCompression, isForeign: Bool)] = [
    "application/vnd.oci.image.layer.v1.tar": (.none, false),
    "application/vnd.oci.image.layer.v1.tar+gzip": (.gzip, false),
    "application/vnd.oci.image.layer.v1.tar+zstd": (.zstd, false),
    "application/vnd.oci.image.layer.nondistributable.v1.tar": (.none, true),
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip": (.gzip, true),
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd": (.zstd, true),
    "application/vnd.docker.image.rootfs.diff.tar": (.none, false),
    "application/vnd.docker.image.rootfs.diff.tar.gzip": (.gzip, false),
    "application/vnd.docker.image.rootfs.diff.tar.zstd": (.zstd, false),
    "application/vnd.docker.image.rootfs.foreign.diff.tar": (.none, true),
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": (.gzip, true),
  ]
}
