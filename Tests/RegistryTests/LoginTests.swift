import Failures
import Logging
import SystemPackage
import Testing

@testable import Registry

@Suite("Logging in")
struct LoginTests {
  private let me = Credentials.password(user: "me", password: "hunter2")
  /// `me:hunter2` in base 64.
  private let basic = "Basic bWU6aHVudGVyMg=="

  private func verify(
    _ name: String, _ registry: FakeRegistry, verifiesTLS: Bool? = nil
  ) async throws -> Login.Outcome {
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    options.verifiesTLS = verifiesTLS
    let login = Login(
      try RegistryName(parsing: name), options: options, logger: Logger(label: "test")
    ) { _ in registry }
    return try await login.verify(me)
  }

  @Test("a registry with passwords of its own is shown them once, and not by its ping")
  func password() async throws {
    let registry = FakeRegistry { [basic] request, _ in
      request.headers["authorization"] == basic
        ? HTTPResponse(200) : HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
    }
    #expect(try await verify("reg.example", registry) == .accepted)
    #expect(registry.summary == ["/v2/", "/v2/ \(basic)"])
  }

  @Test("a token service is asked for a token that allows nothing", arguments: [200, 401])
  func token(status: Int) async throws {
    let registry = FakeRegistry { [basic] request, _ in
      if request.address.origin.host == "auth" {
        #expect(request.headers["authorization"] == basic)
        #expect(!request.address.target.contains("scope="))
        return HTTPResponse(status, [:], #"{"token":"t"}"#)
      }
      return request.headers["authorization"] == "Bearer t"
        ? HTTPResponse(200)
        : HTTPResponse(
          401, ["www-authenticate": #"Bearer realm="https://auth/token",service="s""#])
    }
    if status == 200 {
      #expect(try await verify("docker.io", registry) == .accepted)
      #expect(registry.summary == ["/v2/", "/token \(basic)", "/v2/ Bearer t"])
      #expect(registry.requests.first?.address.origin.host == "registry-1.docker.io")
    } else {
      let error = await #expect(throws: RegistryError.self) {
        try await verify("docker.io", registry)
      }
      #expect(error?.failure.code == .unauthorized)
    }
  }

  @Test("what a registry refuses is an error that holds no secret")
  func refused() async throws {
    let registry = FakeRegistry { _, _ in
      HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
    }
    let error = await #expect(throws: RegistryError.self) {
      try await verify("r.example", registry)
    }
    #expect(error?.failure.code == .unauthorized)
    let text = "\(String(describing: error)) \(String(reflecting: error))"
    #expect(text.contains("r.example") && !text.contains("hunter2") && !text.contains("aHVudGVyMg"))
  }

  @Test("a registry that asks nobody did not check them")
  func open() async throws {
    let registry = FakeRegistry { _, _ in HTTPResponse(200) }
    #expect(try await verify("reg.example", registry) == .notAsked)
    #expect(registry.summary == ["/v2/"])
  }

  @Test("a password is not sent without TLS unless that was asked for")
  func plain() async throws {
    let registry = FakeRegistry { [basic] request, _ in
      if request.address.origin.isSecure {
        throw RegistryError.notRegistry(registry: "r", reason: "no TLS")
      }
      return request.headers["authorization"] == basic
        ? HTTPResponse(200) : HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
    }
    await #expect(throws: RegistryError.self) { try await verify("reg.example", registry) }
    #expect(registry.requests.allSatisfy { $0.headers["authorization"] == nil })
    #expect(try await verify("reg.example", registry, verifiesTLS: false) == .accepted)
  }

  @Test(
    "a registry is a host with an optional port and path",
    arguments: [
      ("reg.example", "reg.example"), ("reg:5000/a/b", "reg:5000/a/b"),
      ("https://reg.example/", "reg.example"), ("docker.io", "docker.io"),
      ("https://index.docker.io/v1/", "docker.io"), ("registry-1.docker.io", "docker.io"),
      ("localhost", "localhost"), ("[::1]:5000", "[::1]:5000"),
    ])
  func names(text: String, name: String) throws {
    #expect(try "\(RegistryName(parsing: text))" == name)
  }

  @Test(
    "what is no registry is refused",
    arguments: ["", "debian", "reg.example/a:tag", "reg.example/A", "/a", "a b.c", "reg:x", "."])
  func noNames(text: String) {
    let error = #expect(throws: RegistryError.self) { try RegistryName(parsing: text) }
    #expect(error?.failure.code == .usage)
  }
}
