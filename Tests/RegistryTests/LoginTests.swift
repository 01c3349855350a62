import Failures
import Linux
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
    _ name: String, _ registry: FakeRegistry, verifiesTLS: Bool? = nil,
    configuration: String? = nil
  ) async throws -> Login.Outcome {
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    options.verifiesTLS = verifiesTLS
    let made = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-login.XXXXXX"])
    let directory = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-rf", directory.string]) }
    if let configuration {
      let file = directory.appending("registries.conf")
      try OwnedDescriptor(opening: file, [.writeOnly, .create])
        .writeAll(Array(configuration.utf8).span.bytes)
      options.environment["CONTAINERS_REGISTRIES_CONF"] = file.string
    }
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
      #expect(error?.failure.cause?.contains("the user name or password is wrong") == true)
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

  @Test(
    "pages for people are no registry, whose credentials are not kept", arguments: [true, false])
  func webPage(asks: Bool) async throws {
    let registry = FakeRegistry { [basic] request, _ in
      if asks, request.headers["authorization"] != basic {
        return HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
      }
      return HTTPResponse(
        200, ["content-type": "Text/HTML; charset=utf-8"], "\n<!doctype html><html></html>")
    }
    let error = await #expect(throws: RegistryError.self) {
      try await verify("reg.example", registry)
    }
    guard case .notRegistry("reg.example", let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("text/html"))
  }

  @Test("Quay, which calls a word HTML, is a registry")
  func quay() async throws {
    let registry = FakeRegistry { [basic] request, _ in
      request.headers["authorization"] == basic
        ? HTTPResponse(200, ["content-type": "text/html; charset=utf-8"], "true")
        : HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
    }
    #expect(try await verify("quay.io", registry) == .accepted)
  }

  @Test("that another host may be asked without TLS says nothing of this one")
  func insecureElsewhere() async throws {
    let registry = FakeRegistry { [basic] request, _ in
      if request.address.origin.isSecure {
        throw RegistryError.notRegistry(registry: "r", reason: "no TLS")
      }
      return request.headers["authorization"] == basic
        ? HTTPResponse(200) : HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
    }
    let elsewhere = """
      [[registry]]
      prefix = "reg.example"
      location = "cache.example"
      insecure = true
      """
    await #expect(throws: RegistryError.self) {
      try await verify("reg.example", registry, configuration: elsewhere)
    }
    #expect(registry.requests.allSatisfy { $0.address.origin.isSecure })
    let own = "[[registry]]\nlocation = \"reg.example\"\ninsecure = true"
    #expect(try await verify("reg.example", registry, configuration: own) == .accepted)
  }

  @Test("a registry that is blocked is called what it was called by whoever logs in")
  func blocked() async throws {
    let registry = FakeRegistry { _, _ in HTTPResponse(200) }
    let error = await #expect(throws: RegistryError.self) {
      try await verify(
        "reg.example", registry,
        configuration: "[[registry]]\nlocation = \"reg.example\"\nblocked = true")
    }
    #expect(error?.failure.sentence.hasPrefix("'reg.example' is blocked by ") == true)
    #expect(registry.requests.isEmpty)
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
      ("docker://reg.example/a", "reg.example/a"), ("docker://docker.io/", "docker.io"),
      ("REG.Example/a", "reg.example/a"), ("https://Index.Docker.io/v1/", "docker.io"),
    ])
  func names(text: String, name: String) throws {
    #expect(try "\(RegistryName(parsing: text))" == name)
  }

  @Test(
    "what is no registry is refused",
    arguments: [
      "", "debian", "reg.example/a:tag", "reg.example/A", "/a", "a b.c", "reg:x", ".", "docker://",
      "https://",
    ])
  func noNames(text: String) {
    let error = #expect(throws: RegistryError.self) { try RegistryName(parsing: text) }
    #expect(error?.failure.code == .usage)
    #expect(error?.failure.sentence.hasPrefix("'\(text)' ") == true)
    if text.hasSuffix("://") { #expect(error?.failure.cause == "the registry is missing") }
  }
}
