import Testing

@testable import Registry

@Suite("Authentication")
struct AuthenticationStateTests {
  private let address: WebAddress
  private let me = Credentials.password(user: "me", password: "hunter2")
  private let bearer = Challenge.parse([#"Bearer realm="https://auth/token",service="reg""#])
  private let basic = Challenge.parse([#"Basic realm="x""#])
  private let now = ContinuousClock.Instant.now

  init() throws { address = try #require(WebAddress(parsing: "https://reg/v2/")) }

  private func state(_ credentials: Credentials?) -> AuthenticationState {
    AuthenticationState(scope: "repository:a/b:pull", credentials: credentials)
  }

  private func shown(_ step: AuthenticationState.Step) -> String {
    switch step {
    case .send(let header): header ?? "bare"
    case .fetch(let token): token.request.method.rawValue + " " + token.request.address.text
    case .fail: "fail"
    }
  }

  @Test("the first request goes out bare even when there are credentials")
  func bare() {
    #expect(shown(state(me).next(at: now)) == "bare")
  }

  @Test("Basic sends the credentials once and fails when they are refused")
  func basicFlow() {
    var state = state(me)
    #expect(state.learn(basic, from: address) == nil)
    let header = "Basic \(Base64.encode(Array("me:hunter2".utf8)))"
    #expect(shown(state.next(at: now)) == header)
    let step = state.refused(header, challenges: basic, from: address, at: now)
    #expect(shown(step) == "fail")
  }

  @Test("Basic without credentials, and schemes nobody knows, fail with a reason")
  func hopeless() {
    var state = state(nil)
    #expect(state.learn(basic, from: address) != nil)
    #expect(state.learn([], from: address) != nil)
    #expect(
      state.learn(Challenge.parse(["Negotiate"]), from: address)?.contains("negotiate") == true)
    #expect(state.learn(Challenge.parse(["Bearer service=x"]), from: address) != nil)
  }

  @Test("Bearer asks for a token, uses it while it lives, and asks again")
  func bearerFlow() throws {
    var state = state(me)
    #expect(state.learn(basic + bearer, from: address) == nil)
    let url = "https://auth/token?service=reg&scope=repository%3Aa%2Fb%3Apull&account=me"
    #expect(shown(state.next(at: now)) == "GET \(url)")
    let token = try #require(AccessToken(parsing: Array(#"{"token":"t","expires_in":300}"#.utf8)))
    state.accept(token, at: now)
    #expect(shown(state.next(at: now.advanced(by: .seconds(299)))) == "Bearer t")
    #expect(shown(state.next(at: now.advanced(by: .seconds(301)))) == "GET \(url)")
  }

  @Test(
    "a token lives at least a minute and may have either name",
    arguments: [
      (#"{"token":"t"}"#, 60), (#"{"access_token":"t","expires_in":1}"#, 60),
      (#"{"token":"t","expires_in":3600}"#, 3600), (#"{"token":"t","expires_in":"x"}"#, 60),
    ])
  func tokens(answer: String, seconds: Int) throws {
    let token = try #require(AccessToken(parsing: Array(answer.utf8)))
    #expect(token.header == "Bearer t")
    #expect(token.lifetime == .seconds(seconds))
  }

  @Test(
    "an answer without a usable token is refused",
    arguments: [
      "", "{}", #"{"token":""}"#, #"{"token":"a b"}"#, #"{"token":"a\r\nb"}"#, #"{"token":1}"#,
    ])
  func badTokens(answer: String) {
    #expect(AccessToken(parsing: Array(answer.utf8)) == nil)
  }

  @Test("a refused token is replaced, and one that another task got is used")
  func refusedToken() throws {
    var state = state(nil)
    #expect(state.learn(bearer, from: address) == nil)
    state.accept(try #require(AccessToken(parsing: Array(#"{"token":"new"}"#.utf8))), at: now)
    let other = state.refused("Bearer old", challenges: bearer, from: address, at: now)
    #expect(shown(other) == "Bearer new")
    let same = state.refused("Bearer new", challenges: bearer, from: address, at: now)
    #expect(shown(same).hasPrefix("GET https://auth/token"))
  }

  @Test("a challenge that first comes with a request is learned from it")
  func lateChallenge() {
    var state = state(nil)
    let step = state.refused(nil, challenges: bearer, from: address, at: now)
    #expect(shown(step).hasPrefix("GET https://auth/token?service=reg&scope="))
    #expect(!shown(step).contains("account"))
  }

  @Test("an identity token is posted, and its secret is in no address")
  func identityToken() throws {
    var state = state(.identityToken("s/cret"))
    #expect(state.learn(bearer, from: address) == nil)
    guard case .fetch(let token) = state.next(at: now) else {
      Issue.record("no token is asked for")
      return
    }
    let body = String(decoding: token.request.body, as: UTF8.self)
    #expect(token.request.method == .post)
    #expect(token.request.address.text == "https://auth/token")
    #expect(body.contains("grant_type=refresh_token") && body.contains("refresh_token=s%2Fcret"))
    #expect(token.fallback?.method == .get)
    #expect(token.fallback?.address.text.contains("cret") == false)
  }

  @Test("a realm with a query of its own keeps it")
  func realmWithQuery() {
    var state = state(nil)
    let challenges = Challenge.parse([#"Bearer realm="/jwt/auth?x=y""#])
    #expect(state.learn(challenges, from: address) == nil)
    #expect(
      shown(state.next(at: now)) == "GET https://reg/jwt/auth?x=y&scope=repository%3Aa%2Fb%3Apull")
  }
}
