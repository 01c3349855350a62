internal import Digests
internal import Logging
internal import OCI
internal import Registry
internal import SystemPackage

/// An image in the storage of podman and buildah (`containers-storage:`).
///
/// The storage keeps layers unpacked. Each is put together again as the tar that it was unpacked
/// from, byte for byte, and so its diff ID is the digest to check: that of the compressed blob
/// is gone. The manifest stays what the storage has, which names the compressed blobs.
struct StorageSource: ImageSource {
  private let directory: StorageDirectory
  private let choice: StorageName.Choice
  private let images: [StorageRecord.Image]
  private let image: StorageRecord.Image
  private let layers: [Digest: StorageRecord.Layer]
  private let logger: Logger
  let description: String

  init(
    _ name: StorageName, description: String, options: RegistryOptions, logger: Logger
  ) throws(TransportError) {
    if let root = name.root {
      directory = try StorageDirectory(searching: [root], driver: name.driver)
    } else {
      let roots = try StorageSettings(options).graphRoots()
      directory = try StorageDirectory(searching: roots, driver: name.driver)
    }
    // In this order: the layers of every image that is listed by now are listed by then.
    images = try directory.images()
    let layers = try directory.layers()
    image = try name.choice.image(among: images, path: directory.path.string)
    self.layers = image.layersByDiffID(among: layers)
    choice = name.choice
    self.description = description
    self.logger = logger
  }

  var requestCount: Int { 0 }

  /// What containers-policy.json(5) calls the image: once for each of its names, all of which must
  /// be allowed, since the storage does not say by which the image came.
  var policyIdentities: [PolicyIdentity] {
    let references = choice.references(of: image)
    return (references.isEmpty ? [nil] : references.map(Optional.some)).map {
      PolicyIdentity(driver: directory.driver, root: directory.path, reference: $0, id: image.id)
    }
  }

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage {
    let (bytes, digest) = try manifest()
    let resolver = ImageResolver(
      requested: platform,
      read: { descriptor, _ in
        let prefix = descriptor.mediaType.isManifestOrIndex ? "manifest-" : ""
        return try document(prefix + descriptor.digest.description)
      }, logger: logger)
    let found = try await resolver.resolve(
      bytes, digest: digest, declared: nil, names: choice.names(of: image))
    var layers: [ImageLayer] = []
    for layer in found.layers { layers.append(try stored(layer)) }
    return found.replacingLayers(layers)
  }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    let record = try record(of: layer)
    guard let tarSplit = try directory.tarSplit(of: record) else {
      throw .storageLayer(
        layer.position, reason: "the storage has no tar-split data of it (layer \(record.id))")
    }
    let assembly = LayerAssembly(
      try TarSplitReader(tarSplit), files: try directory.files(of: record),
      position: layer.position)
    return SharedAssembly(assembly).stream
      .verified(against: layer.descriptor, document: "layer \(layer.position)")
  }

  func close() async {}

  /// The manifest or index that was asked for, checked against the digest that the storage lists.
  private func manifest() throws(TransportError) -> ([UInt8], Digest) {
    var key = "manifest"
    var expected = image.documents[key]
    if case .digest(let digest, _) = choice, digest != expected {
      key = "manifest-\(digest)"
      expected = digest
    }
    let bytes = try document(key)
    guard let expected else { return (bytes, .of(bytes.span.bytes)) }
    let promised = Descriptor(
      mediaType: .ociManifest, digest: expected, size: UInt64(bytes.count))
    do { try promised.verify(bytes, document: "the image manifest") } catch {
      throw .content(error)
    }
    return (bytes, expected)
  }

  /// A document of the image, or of another one: those of an index are images of their own.
  private func document(_ key: String) throws(TransportError) -> [UInt8] {
    if let bytes = try directory.document(key, of: image) { return bytes }
    for other in images where other.documents[key] != nil {
      if let bytes = try directory.document(key, of: other) { return bytes }
    }
    throw .missing(path: directory.path.string, member: key)
  }

  /// The layer as it can be read from here.
  private func stored(_ layer: ImageLayer) throws(TransportError) -> ImageLayer {
    let record = try record(of: layer)
    guard let size = record.size else {
      throw .storageLayer(
        layer.position, reason: "the storage does not say its size (layer \(record.id))")
    }
    return ImageLayer(
      descriptor: Descriptor(mediaType: .ociLayer, digest: layer.diffID, size: size),
      diffID: layer.diffID, position: layer.position)
  }

  private func record(of layer: ImageLayer) throws(TransportError) -> StorageRecord.Layer {
    guard let record = layers[layer.diffID] else {
      throw .storageLayer(
        layer.position, reason: "the storage has no complete layer of diff ID \(layer.diffID)")
    }
    return record
  }
}
