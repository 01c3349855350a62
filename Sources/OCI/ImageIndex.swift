/// An image index or Docker manifest list: one image for several platforms, or several images
/// (OCI image specification, "Image Index").
public struct ImageIndex: Hashable, Sendable {
  /// The index's own type.
  public let mediaType: MediaType
  /// The manifests, and indexes in the index, in the document's order.
  public let manifests: [Descriptor]
  /// Annotations of the index.
  public let annotations: [String: String]
  /// The whole document.
  public let json: JSONValue

  private static let name = "the image index"

  init(_ json: JSONValue, mediaType: MediaType) throws(OCIError) {
    self.json = json
    self.mediaType = mediaType
    annotations = (json["annotations"]?.object ?? [:]).compactMapValues(\.string)
    var manifests: [Descriptor] = []
    for entry in try json.list("manifests", in: Self.name) {
      manifests.append(try Descriptor(entry, in: Self.name))
    }
    self.manifests = manifests
  }
}

extension ImageIndex {
  /// The entries that may lead to an image for a platform, best first.
  ///
  /// First those that name an accepted platform, then indexes and manifests that name none; the
  /// document's order decides between equals. Attestations (`unknown/unknown`) and entries of
  /// other types are left out.
  public func candidates(for platform: Platform) -> [Descriptor] {
    let usable = manifests.filter { isUsable($0) }
    return usable.filter { $0.platform.map(platform.accepts) ?? false }
      + usable.filter { $0.platform == nil }
  }

  /// The platforms that the index offers, each once, in the document's order.
  public var platforms: [Platform] {
    var seen: Set<Platform> = []
    return manifests.filter { isUsable($0) }.compactMap(\.platform)
      .filter { seen.insert($0).inserted }
  }

  private func isUsable(_ entry: Descriptor) -> Bool {
    let isAttestation =
      (entry.platform?.isUnknown ?? false)
      || entry.annotations["vnd.docker.reference.type"] == "attestation-manifest"
    return !isAttestation && entry.mediaType.isManifestOrIndex
  }
}
