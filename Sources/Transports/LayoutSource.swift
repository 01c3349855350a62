internal import Logging
internal import OCI
internal import Registry
internal import SystemPackage

/// An image in an image layout (OCI image specification, "Image Layout"), in a directory (`oci:`)
/// or in an archive (`oci-archive:`).
struct LayoutSource: ImageSource {
  private let container: any Container
  private let choice: String?
  private let index: ImageIndex
  private let logger: Logger
  let description: String

  /// Opens a layout in a directory.
  init(
    directory: FilePath, image: String?, name: String, logger: Logger
  ) throws(TransportError) {
    try self.init(try DirectoryContainer(directory), image, name, logger)
  }

  /// Opens a layout in an archive.
  init(archive: FilePath, image: String?, name: String, logger: Logger) throws(TransportError) {
    try self.init(try ArchiveContainer(archive), image, name, logger)
  }

  private init(
    _ container: some Container, _ image: String?, _ name: String, _ logger: Logger
  ) throws(TransportError) {
    guard let marker = try container.read(ImageLayout.markerName, limit: Manifest.sizeLimit),
      let index = try container.read(ImageLayout.indexName, limit: Manifest.sizeLimit)
    else {
      throw .wrongKind(
        path: container.path.string, expected: "an OCI image layout",
        reason: "it has no files \(ImageLayout.markerName) and \(ImageLayout.indexName)")
    }
    do {
      try ImageLayout.checkMarker(marker)
      self.index = try ImageLayout.index(parsing: index)
    } catch { throw .content(error) }
    self.container = container
    choice = image
    description = name
    self.logger = logger
  }

  var requestCount: Int { 0 }

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage {
    let entries = index.entries(named: choice)
    let path = container.path.string
    if entries.isEmpty {
      throw .noSuchImage(path: path, wanted: choice ?? "", available: index.names)
    }
    // Several entries are one image for several platforms if they have one name, or none.
    let names = Set(entries.map { $0.annotations[ImageLayout.nameAnnotation] })
    guard names.count == 1 else { throw .ambiguous(path: path, available: index.names) }
    let resolver = ImageResolver(
      requested: platform, read: { descriptor, _ in try read(descriptor) }, logger: logger)
    let imageNames = [imageName(names.first.flatMap(\.self))]
    guard
      let image = try await resolver.resolve(among: entries, of: index, names: imageNames)
    else {
      throw .content(
        .noSuchPlatform(
          wanted: platform ?? .host, available: entries.compactMap(\.platform)))
    }
    return image
  }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    try file(layer.descriptor).stream
      .verified(against: layer.descriptor, document: "layer \(layer.position)")
      .comparingLabel(of: layer, logger: logger)
  }

  func close() async {}

  private func file(_ descriptor: Descriptor) throws(TransportError) -> StoredFile {
    let name = ImageLayout.blobPath(descriptor.digest)
    guard let file = try container.file(name) else {
      throw .missing(path: container.path.string, member: name)
    }
    return file
  }

  private func read(_ descriptor: Descriptor) throws(TransportError) -> [UInt8] {
    try file(descriptor).read(at: 0, count: Manifest.sizeLimit + 1)
  }

  /// A full reference stays as it is, as `podman save` writes it; a mere tag gets
  /// `localhost/` and the name of the directory or archive in front.
  private func imageName(_ annotation: String?) -> String {
    if let annotation, Reference.namesHost(annotation),
      let reference = try? Reference(parsing: annotation)
    {
      return reference.imageName
    }
    let base = LocalName.repository(for: container.path)
    guard let annotation, let reference = try? Reference(parsing: "\(base):\(annotation)") else {
      return "\(base):latest"
    }
    return reference.imageName
  }
}
