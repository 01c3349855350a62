internal import Logging
internal import OCI

extension EndpointSession {
  /// One way to reach the registry.
  private struct Way {
    let isSecure: Bool
    let verifies: Bool
  }

  /// The ways to try, in order.
  ///
  /// Without TLS, or without checking the certificate, only where somebody said so; loopback
  /// addresses may do without TLS, but a certificate of theirs is checked.
  private var ways: [Way] {
    let trusted = Way(isSecure: true, verifies: true)
    let plain = Way(isSecure: false, verifies: false)
    if isInsecure { return [Way(isSecure: true, verifies: false), plain] }
    let mayBePlain = options.verifiesTLS == nil && Self.isLoopback(endpoint.reference.host)
    return mayBePlain ? [trusted, plain] : [trusted]
  }

  /// Whether a host, with or without port, is this machine by its address alone.
  static func isLoopback(_ host: String) -> Bool {
    if host.hasPrefix("[::1]") { return true }
    let name = host.prefix { $0 != ":" }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isAddress = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    return name == "localhost" || (isAddress && parts.first == "127")
  }

  /// Pings the registry in each way until one works, and reads how it wants to be asked.
  func connect() async throws -> Connection {
    let reference = endpoint.reference
    let found = try await CredentialSearch(options: options, logger: logger)
      .credentials(host: reference.host, path: reference.path)
    credentialSource = found?.source
    authentication = AuthenticationState(scope: scope, credentials: found?.credentials)
    var failure: RegistryError?
    for way in ways {
      do throws(RegistryError) { return try await connect(way) } catch {
        if case .untrusted = error { throw error }
        if case .cancelled = error { throw error }
        if case .unauthorized = error { throw error }
        // That it has no TLS explains less than what became of the attempt without.
        if case .notRegistry = failure { failure = error } else { failure = failure ?? error }
      }
    }
    throw failure ?? .notRegistry(registry: reference.host, reason: "there is no way to ask it")
  }

  private func connect(_ way: Way) async throws(RegistryError) -> Connection {
    let reference = endpoint.reference
    let trust = try TrustSettings(
      for: reference.registryHost, verifies: way.verifies, options: options)
    let sender = try makeSender(trust)
    senders.append(sender)
    let connection = Connection(sender: sender, isSecure: way.isSecure)
    do throws(RegistryError) {
      try await ping(connection)
      return connection
    } catch {
      await sender.close()
      throw error
    }
  }

  private func ping(_ connection: Connection) async throws(RegistryError) {
    let host = endpoint.reference.registryHost
    guard let address = WebAddress(secure: connection.isSecure, authority: host, target: "/v2/")
    else { throw .notRegistry(registry: host, reason: "its name makes no address") }
    let (response, _) = try await follow(HTTPRequest(address: address), connection)
    switch response.status {
    case 200: try await response.requireRegistry(host)
    case 401:
      await response.drain()
      let challenges = Challenge.parse(response.headers.all("www-authenticate"))
      if let reason = authentication.learn(challenges, from: address) {
        throw .unauthorized(
          repository: endpoint.reference.name, source: credentialSource, reason: reason)
      }
    case 408, 429, 500...599:
      try await response.require(
        [], of: "answer", from: endpoint.reference, source: credentialSource)
    default:
      throw .notRegistry(
        registry: host, reason: "it answers \(address) with status \(response.status)")
    }
  }
}
