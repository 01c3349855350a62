public import Logging
internal import OCI

/// Asks a registry whether it accepts credentials.
public struct Login: Sendable {
  /// What the registry said of credentials that it did not refuse.
  public enum Outcome: Hashable, Sendable {
    /// They are right.
    case accepted
    /// It gives everybody what it has, and did not look at them.
    case notAsked
  }

  private let name: RegistryName
  private let options: RegistryOptions
  private let logger: Logger
  private let makeSender: EndpointSession.SenderFactory

  /// Prepares to ask; nothing is read or sent yet.
  public init(_ name: RegistryName, options: RegistryOptions, logger: Logger) {
    self.init(name, options: options, logger: logger) { trust throws(RegistryError) in
      try NetworkSender(trust: trust, options: options)
    }
  }

  init(
    _ name: RegistryName, options: RegistryOptions, logger: Logger,
    makeSender: @escaping EndpointSession.SenderFactory
  ) {
    self.name = name
    self.options = options
    self.logger = logger
    self.makeSender = makeSender
  }

  /// Shows the registry credentials.
  ///
  /// The registry is reached as an import would reach it: TLS, certificates and proxies are the
  /// same, and so is what registries.conf(5) blocks. It is asked once.
  ///
  /// - Throws: ``RegistryError/unauthorized(repository:source:reason:)`` where it refuses them.
  public func verify(_ credentials: Credentials) async throws(RegistryError) -> Outcome {
    let sample = try name.sample()
    let endpoints = try endpoints(for: sample)
    // What is allowed with another host that images come from is not allowed with this one.
    let own = endpoints.last.flatMap { $0.reference.host == sample.host ? $0 : nil }
    var options = options
    options.credentials = credentials
    let session = EndpointSession(
      endpoint: Endpoint(reference: sample, isInsecure: own?.isInsecure ?? false),
      options: options, logger: logger, scope: "", makeSender: makeSender)
    do throws(RegistryError) {
      let outcome = try await session.verifyCredentials()
      await session.close()
      return outcome
    } catch {
      await session.close()
      guard case .unauthorized(_, _, let reason) = error else { throw error }
      let cause =
        reason.hasPrefix("status 401") ? "the user name or password is wrong (\(reason))" : reason
      throw .unauthorized(repository: name.description, source: "this login", reason: cause)
    }
  }

  private func endpoints(for sample: Reference) throws(RegistryError) -> [Endpoint] {
    let configuration = try RegistriesConfiguration.load(options)
    do throws(RegistryError) { return try configuration.endpoints(for: sample) } catch {
      guard case .blocked(_, let file) = error else { throw error }
      throw .blocked(name.description, by: file)
    }
  }
}

extension EndpointSession {
  /// Asks for nothing but whether the credentials are right (OCI distribution specification,
  /// "Determining Support").
  func verifyCredentials() async throws(RegistryError) -> Login.Outcome {
    let connection = try await connection()
    guard let header = try await authorization(connection) else { return .notAsked }
    let host = endpoint.reference.registryHost
    guard let address = WebAddress(secure: connection.isSecure, authority: host, target: "/v2/")
    else { throw .notRegistry(registry: host, reason: "its name makes no address") }
    var request = HTTPRequest(address: address)
    request.headers["authorization"] = header
    let (response, _) = try await follow(request, connection)
    try await response.require(
      [200], of: "answer", from: endpoint.reference, source: credentialSource)
    try await response.requireRegistry(host)
    return .accepted
  }
}
