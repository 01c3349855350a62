/// What is known about how a repository wants to be asked: a state machine without input or
/// output.
///
/// Whoever drives it sends what it says and tells it what came back.
struct AuthenticationState: Sendable {
  /// What to do next.
  enum Step: Sendable {
    /// Send the request with this `Authorization` header, or none.
    case send(String?)
    /// Ask the token service, tell ``accept(_:at:)`` its answer, and ask again.
    case fetch(TokenRequest)
    /// Give up, because of this.
    case fail(String)
  }

  private enum Scheme: Sendable {
    case anonymous
    case basic(String)
    case bearer(realm: WebAddress, service: String?)
  }

  private let scope: String
  private let credentials: Credentials?
  private var scheme = Scheme.anonymous
  private var token: (header: String, expiry: ContinuousClock.Instant)?

  /// Begins without knowing anything: the first request goes out bare.
  init(scope: String, credentials: Credentials?) {
    self.scope = scope
    self.credentials = credentials
  }

  /// What to send with the next request.
  func next(at now: ContinuousClock.Instant) -> Step {
    switch scheme {
    case .anonymous: return .send(nil)
    case .basic(let header): return .send(header)
    case .bearer(let realm, let service):
      if let token, token.expiry > now { return .send(token.header) }
      return .fetch(
        TokenRequest(realm: realm, service: service, scope: scope, credentials: credentials))
    }
  }

  /// A token arrived.
  mutating func accept(_ token: AccessToken, at now: ContinuousClock.Instant) {
    self.token = (token.header, now.advanced(by: token.lifetime))
  }

  /// A registry asked for credentials without having been shown any, as it does when it is pinged.
  ///
  /// Bearer is preferred to Basic. Returns why not, where neither will do.
  mutating func learn(_ challenges: [Challenge], from address: WebAddress) -> String? {
    if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
      guard let realm = bearer.parameters["realm"], let address = address.resolving(realm) else {
        return "it does not say where tokens are given out"
      }
      scheme = .bearer(realm: address, service: bearer.parameters["service"])
      return nil
    }
    if challenges.contains(where: { $0.scheme == "basic" }) {
      guard let header = credentials?.basicHeader else {
        return "it wants a user name and password"
      }
      scheme = .basic(header)
      return nil
    }
    let names = challenges.map(\.scheme).joined(separator: ", ")
    return names.isEmpty
      ? "it does not say what it wants" : "it wants authentication by \(names), which is not known"
  }

  /// A request was answered with 401 although it carried `sent`.
  ///
  /// Another task may have fetched a new token meanwhile, which is then used; Basic credentials
  /// are not sent twice.
  mutating func refused(
    _ sent: String?, challenges: [Challenge], from address: WebAddress,
    at now: ContinuousClock.Instant
  ) -> Step {
    if let token, token.header != sent, token.expiry > now { return .send(token.header) }
    token = nil
    if case .basic(let header) = scheme, header == sent {
      return .fail("the user name or password is wrong")
    }
    if !challenges.isEmpty || sent == nil {
      if let reason = learn(challenges, from: address) { return .fail(reason) }
    }
    return next(at: now)
  }
}
