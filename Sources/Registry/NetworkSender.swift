internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization
internal import SystemPackage

/// Sends requests over the network, by HTTP/1.1, with one way to trust and a set of connections for
/// each target.
///
/// Nothing is decoded, redirected, retried or authenticated here. Safe to use from many tasks.
final class NetworkSender: HTTPSender {
  /// What a client of the library is for: it has one proxy at most, and here one target, whose name
  /// certificates are compared with.
  private struct Route: Hashable {
    let proxy: ProxyAddress?
    let origin: WebAddress.Origin
  }

  private struct Clients {
    var open: [Route: HTTPClient] = [:]
    var isClosed = false

    /// Closes the door and hands out what is behind it.
    mutating func takeAll() -> [HTTPClient] {
      isClosed = true
      defer { open = [:] }
      return Array(open.values)
    }
  }

  private let configuration: HTTPClient.Configuration
  private let proxies: ProxySettings
  private let verifies: Bool
  private let idleTimeout: Duration
  private let clients = Mutex(Clients())

  /// Makes a sender; files named in the settings are read now.
  init(
    trust: TrustSettings, proxies: ProxySettings = ProxySettings(environment: [:]),
    connectTimeout: Duration, idleTimeout: Duration
  ) throws(RegistryError) {
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try Self.tlsConfiguration(trust), redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(min(connectTimeout, idleTimeout))),
      connectionPool: .init(
        idleTimeout: .seconds(15), concurrentHTTP1ConnectionsPerHostSoftLimit: 64),
      ignoreUncleanSSLShutdown: false, decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    self.configuration = configuration
    self.proxies = proxies
    verifies = trust.verifies
    self.idleTimeout = idleTimeout
  }

  deinit {
    // The library insists on it; after close() there is nothing left.
    for client in clients.withLock({ $0.takeAll() }) { client.shutdown { _ in } }
  }

  func close() async {
    for client in clients.withLock({ $0.takeAll() }) {
      // The library waits for handshakes that are under way, and nobody who was told to stop does.
      if Task.isCancelled {
        client.shutdown { _ in }
      } else {
        try? await client.shutdown()
      }
    }
  }

  /// The client whose connections lead to a target.
  private func client(
    for origin: WebAddress.Origin, by proxy: ProxyAddress?
  ) throws(RegistryError) -> HTTPClient {
    let route = Route(proxy: proxy, origin: origin)
    let client = clients.withLock { clients -> HTTPClient? in
      if clients.isClosed { return nil }
      if let client = clients.open[route] { return client }
      var own = configuration
      own.proxy = proxy.map(Self.configuration(of:))
      if verifies, origin.isSecure {
        // Runs after the handshake, before anything is sent.
        own.http1_1ConnectionDebugInitializer = {
          CertificateIdentity.check($0, host: origin.host)
        }
      }
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: own)
      clients.open[route] = client
      return client
    }
    guard let client else {
      throw .unreachable(registry: origin.authority, reason: "all connections have been closed")
    }
    return client
  }

  private static func configuration(
    of proxy: ProxyAddress
  ) -> HTTPClient.Configuration.Proxy {
    let port = Int(proxy.port)
    guard proxy.kind == .http else { return .socksServer(host: proxy.host, port: port) }
    guard case .password(let user, let password) = proxy.credentials else {
      return .server(host: proxy.host, port: port)
    }
    return .server(
      host: proxy.host, port: port, authorization: .basic(username: user, password: password))
  }

  func send(_ request: HTTPRequest) async throws(RegistryError) -> HTTPResponse {
    var message = HTTPClientRequest(url: request.address.text)
    message.method = HTTPMethod(rawValue: request.method.rawValue)
    for field in request.headers.fields {
      message.headers.add(name: field.name, value: field.value)
    }
    message.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
    message.headers.replaceOrAdd(name: "user-agent", value: "firn")
    if request.method == .post { message.body = .bytes(ByteBuffer(bytes: request.body)) }
    let origin = request.address.origin
    let proxy = try proxies.proxy(for: origin)
    let watch = StallWatch(limit: idleTimeout, registry: origin.authority, proxy: proxy)
    let connections = try client(for: origin, by: proxy)
    let sealed = message
    let response = try await watch.run {
      try await connections.execute(sealed, deadline: .distantFuture)
    }
    watch.beginAgain()
    var headers = HTTPFields()
    for field in response.headers { headers.add(field.name, field.value) }
    let reader = BodyReader(response.body)
    return HTTPResponse(
      status: Int(response.status.code), headers: headers,
      body: HTTPBody {
        let part = try await watch.run { try await reader.next() }
        watch.received(part?.count ?? 0)
        return part
      })
  }

  private static func tlsConfiguration(
    _ trust: TrustSettings
  ) throws(RegistryError) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.certificateVerification = trust.verifies ? .fullVerification : .none
    for file in trust.authorities {
      tls.additionalTrustRoots.append(
        .certificates(try reading(file) { try NIOSSLCertificate.fromPEMFile($0) }))
    }
    if let own = trust.clientCertificate {
      tls.certificateChain = try reading(own.certificate) {
        try NIOSSLCertificate.fromPEMFile($0).map { .certificate($0) }
      }
      tls.privateKey = .privateKey(
        try reading(own.key) { try NIOSSLPrivateKey(file: $0, format: .pem) })
    }
    return tls
  }

  private static func reading<Result>(
    _ file: FilePath, _ read: (String) throws -> Result
  ) throws(RegistryError) -> Result {
    do { return try read(file.string) } catch {
      throw .configuration(file: file.string, reason: "it is not a readable PEM file")
    }
  }
}

/// The iterator over a body, which the library does not let cross tasks.
///
/// `@unchecked Sendable` because ``HTTPBody`` is read by one task at a time.
private final class BodyReader: @unchecked Sendable {
  private var iterator: HTTPClientResponse.Body.AsyncIterator

  init(_ body: HTTPClientResponse.Body) { iterator = body.makeAsyncIterator() }

  func next() async throws -> [UInt8]? {
    while let buffer = try await iterator.next() {
      if buffer.readableBytes > 0 { return Array(buffer.readableBytesView) }
    }
    return nil
  }
}

extension NetworkSender {
  /// Makes a sender with the timeouts and the environment's proxies that a person chose.
  convenience init(trust: TrustSettings, options: RegistryOptions) throws(RegistryError) {
    try self.init(
      trust: trust, proxies: ProxySettings(environment: options.environment),
      connectTimeout: options.connectTimeout, idleTimeout: options.idleTimeout)
  }
}
