internal import Logging
internal import OCI

/// One repository at one endpoint: finds out once how it wants to be asked, and asks.
///
/// All tasks that read from the repository share its connections and its token. Nothing is
/// retried here.
actor EndpointSession {
  /// How the endpoint is reached.
  struct Connection: Sendable {
    let sender: any HTTPSender
    let isSecure: Bool
  }

  /// Makes what sends requests, so that tests can put something else in its place.
  typealias SenderFactory = @Sendable (TrustSettings) throws(RegistryError) -> any HTTPSender

  nonisolated let endpoint: Endpoint
  let options: RegistryOptions
  let logger: Logger
  /// What tokens are to allow.
  let scope: String
  let makeSender: SenderFactory
  private var connecting: Task<Connection, any Error>?
  /// Whether the registry has ever answered; before that, few attempts are made.
  private(set) var hasConnected = false
  private var fetchingToken: Task<AccessToken, any Error>?
  var senders: [any HTTPSender] = []
  var authentication: AuthenticationState
  var credentialSource: String?
  /// How many requests have been sent, those to token services and redirects among them.
  private(set) var requestCount = 0
  /// Registries repeat a warning with every answer; people need it once.
  private var shownWarnings: Set<String> = []

  init(
    endpoint: Endpoint, options: RegistryOptions, logger: Logger, scope: String? = nil,
    makeSender: @escaping SenderFactory
  ) {
    self.endpoint = endpoint
    self.scope = scope ?? "repository:\(endpoint.reference.path):pull"
    self.options = options
    self.logger = logger
    self.makeSender = makeSender
    authentication = AuthenticationState(scope: "", credentials: nil)
  }

  /// Whether plain HTTP and untrusted certificates are allowed.
  var isInsecure: Bool {
    options.verifiesTLS.map { !$0 } ?? endpoint.isInsecure
  }

  /// The connection; the first call finds out how to connect, the others wait for it.
  func connection() async throws(RegistryError) -> Connection {
    let task = connecting ?? Task { try await self.connect() }
    connecting = task
    do {
      let connection = try await task.cancellableValue
      hasConnected = true
      return connection
    } catch {
      if connecting == task { connecting = nil }
      throw RegistryError(error, registry: endpoint.reference.host)
    }
  }

  /// Asks for something of the repository and gives the answer, whatever its status.
  ///
  /// - Parameters:
  ///   - rest: What follows the repository in the path, as in `manifests/latest`.
  ///   - headers: Fields of the request; authentication is added.
  func get(_ rest: String, _ headers: HTTPFields) async throws(RegistryError) -> HTTPResponse {
    let connection = try await connection()
    let reference = endpoint.reference
    guard
      let address = WebAddress(
        secure: connection.isSecure, authority: reference.registryHost,
        target: "/v2/\(reference.path)/\(rest)")
    else { throw .notRegistry(registry: reference.host, reason: "its name makes no address") }
    var request = HTTPRequest(address: address, headers: headers)
    request.headers["authorization"] = try await authorization(connection)
    let (response, isOwn) = try await follow(request, connection)
    guard response.status == 401, isOwn else { return response }
    request.headers["authorization"] = try await authorization(
      connection, refused: request.headers["authorization"], response, address)
    return try await follow(request, connection).response
  }

  /// Closes all connections.
  func close() async {
    for sender in senders { await sender.close() }
    senders = []
  }

  /// Sends a request and follows redirects; says whether the answer is the registry's own.
  func follow(
    _ request: HTTPRequest, _ connection: Connection
  ) async throws(RegistryError) -> (response: HTTPResponse, isOwn: Bool) {
    var policy = RedirectPolicy(allowsDowngrade: isInsecure || !connection.isSecure)
    var current = request
    while true {
      requestCount += 1
      let response = try await send(current, redirectedFrom: request, connection)
      for text in response.warnings where shownWarnings.insert(text).inserted {
        logger.warning(
          "the registry warns",
          metadata: ["registry": "\(current.address.origin.authority)", "text": "\(text)"])
      }
      guard RedirectPolicy.isRedirect(response.status), request.method == .get else {
        return (response, current.address.origin == request.address.origin)
      }
      await response.drain()
      current = try policy.follow(
        current, to: response.headers["location"], registry: endpoint.reference.host)
    }
  }

  /// Sends one request; an error says who redirected to a place that cannot be reached.
  private func send(
    _ request: HTTPRequest, redirectedFrom first: HTTPRequest, _ connection: Connection
  ) async throws(RegistryError) -> HTTPResponse {
    do throws(RegistryError) { return try await connection.sender.send(request) } catch {
      guard case .unreachable(let registry, let reason) = error,
        request.address.origin != first.address.origin
      else { throw error }
      let source = first.address.origin.authority
      throw .unreachable(registry: registry, reason: "\(reason); \(source) redirected there")
    }
  }

  /// Runs a token request that no other task is running already.
  func sharedToken(
    _ fetch: @escaping @Sendable () async throws -> AccessToken
  ) async throws(RegistryError) -> AccessToken {
    let task = fetchingToken ?? Task { try await fetch() }
    fetchingToken = task
    defer { if fetchingToken == task { fetchingToken = nil } }
    do { return try await task.cancellableValue } catch {
      throw RegistryError(error, registry: endpoint.reference.host)
    }
  }
}

extension Task where Success: Sendable {
  /// The value of a task that others may wait for, too; whoever is cancelled cancels it for all.
  ///
  /// All of them read one image, and none of them needs it when one of them does not.
  fileprivate var cancellableValue: Success {
    get async throws {
      try await withTaskCancellationHandler {
        try await value
      } onCancel: {
        cancel()
      }
    }
  }
}
