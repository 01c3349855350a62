/// What a tag or digest may name: the manifest of one image, or an index of several.
public enum ManifestDocument: Hashable, Sendable {
  /// One image.
  case manifest(Manifest)
  /// A choice of images.
  case index(ImageIndex)

  /// Reads a manifest or index.
  ///
  /// The document's own `mediaType` decides, then the declared one, then which fields there are.
  /// A document that is both a manifest and an index is refused, because two programs would see
  /// two different images behind one digest.
  ///
  /// - Parameter declared: The type from a `Content-Type` header or descriptor, if any.
  public init(parsing bytes: [UInt8], declared: MediaType? = nil) throws(OCIError) {
    guard bytes.count <= Manifest.sizeLimit else {
      throw .tooLarge(
        document: Self.name, size: UInt64(bytes.count), limit: UInt64(Manifest.sizeLimit))
    }
    let json = try JSONValue(parsing: bytes)
    guard json.object != nil else {
      throw .invalid(document: Self.name, reason: "it is not an object")
    }
    let version = json["schemaVersion"]?.int
    if version == 1 {
      throw .unsupported(
        document: Self.name,
        reason: "it is of Docker's schema 1, which was given up in 2017; push the image again "
          + "with a current program")
    }
    guard version == 2 else {
      throw .invalid(document: Self.name, reason: "its schemaVersion is not 2")
    }
    guard json["manifests"] == nil || (json["layers"] == nil && json["config"] == nil) else {
      throw .invalid(document: Self.name, reason: "it is a manifest and an index at once")
    }
    let type = try Self.type(of: json, declared: declared)
    self =
      type.isIndex
      ? .index(try ImageIndex(json, mediaType: type))
      : .manifest(try Manifest(json, mediaType: type))
  }

  private static let name = "the image manifest"

  private static func type(
    of json: JSONValue, declared: MediaType?
  ) throws(OCIError) -> MediaType {
    let looksLikeIndex = json["manifests"] != nil
    let own = json["mediaType"]?.string.map(MediaType.init)
    let usableDeclared = declared.flatMap { $0.isIndex || $0.isManifest ? $0 : nil }
    let type = own ?? usableDeclared ?? (looksLikeIndex ? .ociIndex : .ociManifest)
    guard type.isIndex || type.isManifest else {
      throw .unsupported(
        document: name, reason: "it is of type '\(OCIError.shown(type.name))'")
    }
    guard type.isIndex == looksLikeIndex else {
      throw .invalid(document: name, reason: "its fields do not fit its type '\(type)'")
    }
    return type
  }
}
