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
    sessions = try RegistriesConfiguration.load(options).endpoints(for: reference).map { endpoint in
      var own = options
      // Credentials that somebody typed are meant for the host that was typed with them, and for
      // no mirror elsewhere.
      if endpoint.reference.host != reference.host { own.credentials = nil }
      return EndpointSession(
        endpoint: endpoint, options: own, logger: logger, makeSender: makeSender)
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
