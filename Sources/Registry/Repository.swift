public import Digests
public import Logging
public import OCI

/// The repository that a reference names, wherever registries.conf(5) says it is.
///
/// Safe to use from many tasks at once: they share connections and one token. ``close()`` ends
/// all connections; it is to be called when everything has been read.
public final class Repository: Sendable {
  /// A manifest or index as the registry sent it.
  public struct Document: Sendable {
    /// The bytes.
    public let bytes: [UInt8]
    /// The digest of the bytes, computed here.
    public let digest: Digest
    /// What the registry says they are.
    public let mediaType: MediaType?
  }

  /// The reference as it was given.
  public let reference: Reference
  let sessions: [EndpointSession]
  let options: RegistryOptions
  let logger: Logger
  let makeSender: EndpointSession.SenderFactory

  /// Reads the configuration files; nothing is sent yet.
  public convenience init(
    _ reference: Reference, options: RegistryOptions, logger: Logger
  ) throws(RegistryError) {
    try self.init(reference, options: options, logger: logger) { trust throws(RegistryError) in
      try NetworkSender(trust: trust, options: options)
    }
  }

  init(
    _ reference: Reference, options: RegistryOptions, logger: Logger,
    makeSender: @escaping EndpointSession.SenderFactory
  ) throws(RegistryError) {
    self.reference = reference
    self.options = options
    self.logger = logger
    self.makeSender = makeSender
    sessions = try RegistriesConfiguration.load(options).endpoints(for: reference).map {
      EndpointSession(endpoint: $0, options: options, logger: logger, makeSender: makeSender)
    }
  }

  /// How many HTTP requests have been sent so far, those for tokens and redirects among them.
  public var requestCount: Int {
    get async {
      var sum = 0
      for session in sessions { sum += await session.requestCount }
      return sum
    }
  }

  /// Closes all connections.
  ///
  /// What is still being read fails.
  public func close() async {
    for session in sessions { await session.close() }
  }
}

extension Repository {
  /// Fetches the manifest or index that the reference names.
  public func manifest() async throws(RegistryError) -> Document {
    try await manifest(reference.selector, expecting: reference.digest, size: nil)
  }

  /// Fetches a manifest or index that an index names, and checks its size and digest.
  public func manifest(_ descriptor: Descriptor) async throws(RegistryError) -> Document {
    try await manifest(
      descriptor.digest.description, expecting: descriptor.digest, size: descriptor.size)
  }

  /// Asks each endpoint in turn.
  private func manifest(
    _ selector: String, expecting digest: Digest?, size: UInt64?
  ) async throws(RegistryError) -> Document {
    var failure: RegistryError?
    for session in sessions {
      do throws(RegistryError) {
        return try await manifestChecked(selector, session, digest: digest, size: size)
      } catch {
        if case .cancelled = error { throw error }
        // The registry itself comes last, and knows best what is wrong.
        failure = error
        if sessions.count > 1 {
          logger.info(
            "an endpoint does not have the manifest",
            metadata: ["endpoint": "\(session.name)", "error": "\(error)"])
        }
      }
    }
    throw failure ?? .notFound("image \(reference)", reason: "there is no endpoint to ask")
  }

  /// Asks once more where what came does not have the digest asked for.
  private func manifestChecked(
    _ selector: String, _ session: EndpointSession, digest: Digest?, size: UInt64?
  ) async throws(RegistryError) -> Document {
    var document = try await manifestRetrying(selector, session)
    do throws(RegistryError) { try check(document, digest: digest, size: size) } catch {
      logger.warning("a manifest was wrong and is asked for again", metadata: ["error": "\(error)"])
      document = try await manifestRetrying(selector, session)
      try check(document, digest: digest, size: size)
    }
    return document
  }

  private func check(
    _ document: Document, digest: Digest?, size: UInt64?
  ) throws(RegistryError) {
    guard let digest else { return }
    let promised = Descriptor(
      mediaType: document.mediaType ?? .ociManifest, digest: digest,
      size: size ?? UInt64(document.bytes.count))
    do { try promised.verify(document.bytes, document: "the image manifest") } catch {
      throw .content(error)
    }
  }

  /// Starts to read a blob; errors arrive with the first piece.
  ///
  /// The bytes are checked, and the stream ends only if they are right; if they are not,
  /// ``BlobStream/restarted(after:)`` reads them once more, from another place if there is one.
  ///
  /// - Parameter document: What the blob is, for messages, as in "layer 2".
  public func blob(_ descriptor: Descriptor, document: String) -> BlobStream {
    var places: [any BlobPlace] = sessions
    if descriptor.mediaType.isForeignLayer, !descriptor.urls.isEmpty {
      places += foreignPlaces(descriptor.urls)
    }
    return stream(of: descriptor, from: places, document: document, mayRestart: true)
  }

  private func stream(
    of descriptor: Descriptor, from places: [any BlobPlace], document: String, mayRestart: Bool
  ) -> BlobStream {
    let download = BlobDownload(
      descriptor, places: places, retries: options.retries, logger: logger)
    let again: @Sendable () async -> BlobStream = {
      // The place that delivered wrong bytes, and those before it, are the last to be asked.
      let bad = await download.abandoned + 1
      self.logger.warning(
        "a download was wrong and begins again", metadata: ["blob": "\(descriptor.digest)"])
      return self.stream(
        of: descriptor, from: Array(places.dropFirst(bad) + places.prefix(bad)),
        document: document, mayRestart: false)
    }
    return BlobStream(again: mayRestart ? again : nil) { try await download.next() }
      .verified(against: descriptor, document: document)
  }

  private func foreignPlaces(_ urls: [String]) -> [any BlobPlace] {
    guard let sender = try? makeSender(TrustSettings()) else { return [] }
    return urls.compactMap(WebAddress.init(parsing:)).map {
      ForeignPlace(address: $0, sender: sender)
    }
  }

  private func manifestRetrying(
    _ selector: String, _ session: EndpointSession
  ) async throws(RegistryError) -> Document {
    var budget = RetryBudget(limit: options.retries)
    while true {
      do throws(RegistryError) { return try await session.manifest(selector) } catch {
        let isFirstContact = await !session.hasConnected
        guard
          let delay = budget.delay(
            after: error, random: .random(in: 0..<1), isFirstContact: isFirstContact)
        else { throw error }
        logger.notice("a request is sent again", metadata: ["after": "\(error)"])
        do { try await Task.sleep(for: delay) } catch { throw .cancelled }
      }
    }
  }
}

extension EndpointSession {
  /// Fetches a manifest or index by tag or digest.
  func manifest(_ selector: String) async throws(RegistryError) -> Repository.Document {
    var headers = HTTPFields()
    headers.add("accept", MediaType.manifests.map(\.name).joined(separator: ", "))
    let response = try await get("manifests/\(selector)", headers)
    let image = "image \(endpoint.reference.name) with \(selector)"
    try await response.require(
      [200], of: image, from: endpoint.reference, source: credentialSource)
    let bytes: [UInt8]?
    do { bytes = try await response.body.collect(limit: Manifest.sizeLimit) } catch {
      throw RegistryError(error, registry: name)
    }
    guard let bytes else {
      throw .content(
        .tooLarge(
          document: "the image manifest", size: UInt64(Manifest.sizeLimit) + 1,
          limit: UInt64(Manifest.sizeLimit)))
    }
    return Repository.Document(
      bytes: bytes, digest: Digest.of(bytes.span.bytes),
      mediaType: response.headers["content-type"].map(MediaType.init))
  }
}
