internal import Logging
internal import OCI

extension EndpointSession {
  /// The `Authorization` header for the next request; nil for none.
  func authorization(_ connection: Connection) async throws(RegistryError) -> String? {
    try await carryOut(authentication.next(at: .now), connection)
  }

  /// The header for a request that was refused; throws when there is no other.
  func authorization(
    _ connection: Connection, refused header: String?, _ response: HTTPResponse,
    _ address: WebAddress
  ) async throws(RegistryError) -> String? {
    let challenges = Challenge.parse(response.headers.all("www-authenticate"))
    let reason = await response.reason()
    let step = authentication.refused(header, challenges: challenges, from: address, at: .now)
    if case .send(nil) = step { throw unauthorized(reason) }
    return try await carryOut(step, connection)
  }

  private func carryOut(
    _ first: AuthenticationState.Step, _ connection: Connection
  ) async throws(RegistryError) -> String? {
    switch first {
    case .send(let header): return header
    case .fail(let reason): throw unauthorized(reason)
    case .fetch(let request):
      let token = try await sharedToken { try await self.fetch(request, connection) }
      authentication.accept(token, at: .now)
      return token.header
    }
  }

  private func unauthorized(_ reason: String) -> RegistryError {
    .unauthorized(repository: endpoint.reference.name, source: credentialSource, reason: reason)
  }

  /// Asks the token service.
  private func fetch(
    _ token: TokenRequest, _ connection: Connection
  ) async throws(RegistryError) -> AccessToken {
    let mayBePlain = isInsecure || !connection.isSecure || token.credentials == nil
    guard token.realm.origin.isSecure || mayBePlain else {
      throw unauthorized("credentials would have to be sent without TLS, to \(token.realm)")
    }
    var (response, _) = try await follow(token.request, connection)
    if response.status == 404, let fallback = token.fallback {
      await response.drain()
      (response, _) = try await follow(fallback, connection)
    }
    if response.status == 400 { throw unauthorized(await response.reason()) }
    try await response.require(
      [200], of: "token for \(endpoint.reference.name)", from: endpoint.reference,
      source: credentialSource)
    do {
      guard let bytes = try await response.body.collect(limit: TokenRequest.answerLimit),
        let token = AccessToken(parsing: bytes)
      else {
        throw RegistryError.notRegistry(
          registry: token.realm.origin.authority, reason: "its answer holds no token")
      }
      return token
    } catch { throw RegistryError(error, registry: token.realm.origin.authority) }
  }
}
