public import Digests

/// The values of an image layout: a directory or archive with `oci-layout`, `index.json` and
/// `blobs` (OCI image specification, "Image Layout").
public enum ImageLayout {
  /// The name of the file that marks a layout.
  public static let markerName = "oci-layout"
  /// The name of the file that lists the layout's images.
  public static let indexName = "index.json"
  /// The annotation that holds an image's name in ``indexName``.
  public static let nameAnnotation = "org.opencontainers.image.ref.name"

  /// Where a blob lies, relative to the layout.
  public static func blobPath(_ digest: Digest) -> String {
    "blobs/\(digest.algorithm.rawValue)/\(digest.hex)"
  }

  /// Throws unless the bytes of ``markerName`` name a version of the layout that Firn reads.
  public static func checkMarker(_ bytes: [UInt8]) throws(OCIError) {
    let version = try JSONValue(parsing: bytes)["imageLayoutVersion"]?.string ?? ""
    guard version.hasPrefix("1.") else {
      throw .unsupported(
        document: "the image layout",
        reason: "it is of version '\(OCIError.shown(version))', and 1.0.0 is known")
    }
  }

  /// Reads the bytes of ``indexName``.
  public static func index(parsing bytes: [UInt8]) throws(OCIError) -> ImageIndex {
    guard bytes.count <= Manifest.sizeLimit else {
      throw .tooLarge(
        document: indexName, size: UInt64(bytes.count), limit: UInt64(Manifest.sizeLimit))
    }
    return try ImageIndex(try JSONValue(parsing: bytes), mediaType: .ociIndex)
  }
}

extension ImageIndex {
  /// The entries of a layout's index that a person's choice leaves: all of them without a choice,
  /// those with that name annotation, or those with that digest.
  public func entries(named choice: String?) -> [Descriptor] {
    guard let choice else { return manifests }
    let named = manifests.filter { $0.annotations[ImageLayout.nameAnnotation] == choice }
    if !named.isEmpty { return named }
    return manifests.filter { $0.digest.description == choice }
  }

  /// The names that a layout's index gives to its entries, in its order.
  public var names: [String] {
    manifests.compactMap { $0.annotations[ImageLayout.nameAnnotation] }
  }
}
