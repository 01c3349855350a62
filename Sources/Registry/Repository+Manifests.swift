internal import Digests
internal import Failures
internal import Logging
public import OCI

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
    var failures: [(endpoint: String, error: RegistryError)] = []
    for session in sessions {
      do throws(RegistryError) {
        return try await manifestChecked(selector, session, digest: digest, size: size)
      } catch {
        if case .cancelled = error { throw error }
        failures.append((session.name, error))
        if sessions.count > 1 {
          logger.info(
            "an endpoint does not have the manifest",
            metadata: ["endpoint": "\(session.name)", "error": "\(error)"])
        }
      }
    }
    // The registry itself comes last, and knows best what is wrong.
    guard let last = failures.last?.error else {
      throw .notFound("image \(reference)", reason: "there is no endpoint to ask")
    }
    guard failures.count > 1 else { throw last }
    throw .nowhere(
      last,
      causes: failures.map { endpoint, error in
        "\(endpoint): \(error.failure.cause ?? error.failure.sentence)"
      })
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
        logger.notice("a request is sent again", metadata: ["after": "\(error.failure.reason)"])
        do { try await options.clock.sleep(for: delay) } catch { throw .cancelled }
      }
    }
  }
}

extension EndpointSession {
  /// Fetches a manifest or index by tag or digest.
  fileprivate func manifest(_ selector: String) async throws(RegistryError) -> Repository.Document {
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
    try response.requireNoPage(bytes, of: name)
    return Repository.Document(
      bytes: bytes, digest: Digest.of(bytes.span.bytes),
      mediaType: response.headers["content-type"].map(MediaType.init))
  }
}
