internal import AdditionalImageStore
internal import Digests
internal import FoundationEssentials
internal import OCI
internal import Store
internal import Transports

/// The documents of an image: the original ones, and those of its one flattened layer.
struct ImageDocuments {
  private let image: ResolvedImage

  init(_ image: ResolvedImage) { self.image = image }

  private var config: ImageConfig { image.config }
  private var index: ImageDocument? { image.indexes.first }

  /// How many layers the image has.
  var layerCount: Int { image.layers.count }

  /// The digest of the original manifest.
  var manifestDigest: Digest { image.manifest.digest }

  /// The image's id: the original config's, although Podman is given a rewritten one.
  var id: String { image.configDocument.digest.hex }

  /// When the image was built, in seconds since the epoch; 0 where the config does not say.
  var created: Int64 {
    guard let text = config.created, let date = try? Self.parse(text) else { return 0 }
    return Int64(date.timeIntervalSince1970.rounded(.down))
  }

  private static func parse(_ text: String) throws -> Date {
    if let whole = try? Date(text, strategy: .iso8601) { return whole }
    return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// Adds the documents to an image object and describes the image for the catalog.
  ///
  /// - Parameters:
  ///   - object: The linked image; gets the documents.
  ///   - contentSize: The bytes of all files.
  func complete(_ object: inout ImageObject, contentSize: UInt64) -> ListedImage {
    let identity = Digest(object.rootIdentity)
    let flatConfig = config.flattened(diffID: identity)
    let flatManifest = Manifest.bytes(
      config: flatConfig, diffID: identity, layerSize: contentSize)
    object.documents = [
      DocumentName.manifest: image.manifest.bytes,
      DocumentName.config: image.configDocument.bytes,
      DocumentName.flattenedConfig: flatConfig, DocumentName.flattenedManifest: flatManifest,
    ]
    object.documents[DocumentName.index] = index?.bytes
    return ListedImage(
      id: id, names: [], created: listedTime, size: contentSize, rootDigest: identity,
      bigData: bigData(flatConfig: flatConfig, flatManifest: flatManifest))
  }

  private var listedTime: String {
    Date(timeIntervalSince1970: Double(created)).formatted(.iso8601)
  }

  private func bigData(flatConfig: [UInt8], flatManifest: [UInt8]) -> [BigDatum] {
    let configDigest = Digest.of(flatConfig.span.bytes)
    var result = [
      BigDatum(
        key: DataKey.manifest, document: DocumentName.flattenedManifest,
        digest: Digest.of(flatManifest.span.bytes), size: flatManifest.count),
      BigDatum(
        key: "\(configDigest)", document: DocumentName.flattenedConfig, digest: configDigest,
        size: flatConfig.count),
      BigDatum(
        key: "manifest-\(manifestDigest)", document: DocumentName.manifest,
        digest: manifestDigest, size: image.manifest.bytes.count),
    ]
    if let index {
      result.append(
        BigDatum(
          key: "manifest-\(index.digest)", document: DocumentName.index, digest: index.digest,
          size: index.bytes.count))
    }
    return result
  }

  /// The digests that mean this image, its id's first.
  var digests: [String] {
    ([image.configDocument.digest, manifestDigest] + image.indexes.map(\.digest))
      .map(\.description)
  }
}
