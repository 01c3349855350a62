public import Digests
public import Logging
public import OCI
public import Registry

/// An image where it comes from: in a registry, a directory, an archive or a storage.
///
/// All sources of one image give the same configuration and the same layers once these are
/// uncompressed; where the form keeps manifests, the same manifest too. Safe to use from many
/// tasks at once. Whoever opened a source closes it when everything has been read.
public protocol ImageSource: Sendable {
  /// The name of the source, with its transport.
  var description: String { get }

  /// Finds the image: reads manifest, indexes and configuration, and checks their digests, sizes
  /// and agreement with each other.
  ///
  /// - Parameter platform: Which image of an index is wanted, and what the image must be for. Nil
  ///   means that of this machine without its variant, and takes an image without an index
  ///   whatever it is for.
  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage

  /// Finds the image as ``resolve(platform:)`` does, but reads no document that is known already.
  ///
  /// What a tag means is asked in any case. Documents that are known are checked like others. A
  /// source for which reading costs little may read all the same.
  func resolve(
    platform: Platform?, known: @escaping KnownDocument
  ) async throws(TransportError) -> ResolvedImage

  /// Starts to read a layer of the image that ``resolve(platform:)`` found, as it is stored:
  /// compressed or not.
  ///
  /// The stream ends only if size and digest are those of the descriptor; nothing read from it
  /// may be published before. Errors may arrive with any piece, as ``TransportError``,
  /// `RegistryError` or `OCIError`.
  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream

  /// Closes files and connections. What is still being read fails.
  func close() async

  /// How many requests have been sent over the network so far.
  var requestCount: Int { get async }
}

/// Says what a document contains that somebody has already; nil for others.
public typealias KnownDocument = @Sendable (Digest) -> [UInt8]?

extension ImageSource {
  /// Reads all documents.
  public func resolve(
    platform: Platform?, known: @escaping KnownDocument
  ) async throws(TransportError) -> ResolvedImage {
    try await resolve(platform: platform)
  }
}

extension SourceName {
  /// Opens the source of the name, unless containers-policy.json(5) forbids it.
  ///
  /// Registries are asked nothing yet.
  public func open(
    options: RegistryOptions, logger: Logger
  ) throws(TransportError) -> any ImageSource {
    let policy = try SignaturePolicy.load(options, logger: logger)
    if let identity = PolicyIdentity(self) { try policy?.require(identity, name: self) }
    switch self {
    case .registry(let reference):
      return try RegistrySource(reference, options: options, logger: logger)
    case .local(.oci, let path, let image):
      return try LayoutSource(
        directory: path, image: image, name: description, logger: logger)
    case .local(.directory, let path, _):
      return try DirectorySource(path, name: description, logger: logger)
    case .local(.ociArchive, let path, let image):
      return try LayoutSource(archive: path, image: image, name: description, logger: logger)
    case .local(_, let path, let image):
      return try DockerArchiveSource(path, image: image, name: description, logger: logger)
    case .storage(let name):
      let source = try StorageSource(
        name, description: description, options: options, logger: logger)
      for identity in source.policyIdentities { try policy?.require(identity, name: self) }
      return source
    }
  }
}
