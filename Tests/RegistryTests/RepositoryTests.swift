import Digests
import Failures
import Linux
import Logging
import OCI
import SystemPackage
import Testing

@testable import Registry

@Suite("Repositories")
struct RepositoryTests {
  private let bearer = ["www-authenticate": #"Bearer realm="https://auth/token",service="reg""#]

  @Test("an anonymous registry is pinged once and asked once for each thing")
  func anonymous() async throws {
    let registry = FakeRegistry { request, _ in
      request.address.target == "/v2/" ? HTTPResponse(200) : HTTPResponse(200, [:], "body")
    }
    let repository = try registry.repository("reg.example/a/b:t")
    let document = try await repository.manifest()
    #expect(document.bytes == Array("body".utf8))
    #expect(document.digest == Digest.of(document.bytes.span.bytes))
    _ = try await repository.manifest()
    #expect(registry.summary == ["/v2/", "/v2/a/b/manifests/t", "/v2/a/b/manifests/t"])
    #expect(await repository.requestCount == 3)
    let accept = registry.requests[1].headers["accept"] ?? ""
    for type in MediaType.manifests { #expect(accept.contains(type.name)) }
    #expect(registry.requests.allSatisfy { $0.address.origin.isSecure })
  }

  @Test("parallel requests share one ping and one token")
  func sharedToken() async throws {
    let registry = FakeRegistry { [bearer] request, _ in
      switch request.address.target {
      case "/v2/": return HTTPResponse(401, bearer)
      case let target where target.hasPrefix("/token"):
        return HTTPResponse(200, [:], #"{"token":"t"}"#)
      default:
        return request.headers["authorization"] == "Bearer t"
          ? HTTPResponse(200, [:], "x") : HTTPResponse(401, bearer)
      }
    }
    let repository = try registry.repository("reg.example/a:t")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { _ = try await repository.manifest() } }
      try await group.waitForAll()
    }
    #expect(registry.summary.filter { $0 == "/v2/" }.count == 1)
    #expect(registry.summary.filter { $0 == "/token" }.count == 1)
    #expect(registry.summary.count == 12)
  }

  @Test("a token that expires is replaced once, then the request fails")
  func expiredToken() async throws {
    let registry = FakeRegistry { [bearer] request, _ in
      switch request.address.target {
      case "/v2/": HTTPResponse(401, bearer)
      case let target where target.hasPrefix("/token"): HTTPResponse(200, [:], #"{"token":"t"}"#)
      default:
        HTTPResponse(401, bearer, #"{"errors":[{"code":"UNAUTHORIZED","message":"no\u001b[2J"}]}"#)
      }
    }
    let repository = try registry.repository(
      "reg.example/a:t", credentials: .password(user: "me", password: "hunter2"))
    let error = await #expect(throws: RegistryError.self) { try await repository.manifest() }
    #expect(
      registry.summary.map { $0.prefix { $0 != " " } } == [
        "/v2/", "/token", "/v2/a/manifests/t", "/token", "/v2/a/manifests/t",
      ])
    let text = error?.description ?? ""
    #expect(text.contains("UNAUTHORIZED: no?[2J") && text.contains("the command line"))
    #expect(!text.contains("hunter2") && !"\(String(reflecting: error))".contains("hunter2"))
  }

  @Test("credentials are not sent to another host, nor from https to a token service without TLS")
  func leaks() async throws {
    let me = Credentials.password(user: "me", password: "hunter2")
    let redirecting = FakeRegistry { request, _ in
      if request.address.origin.host == "cdn" { return HTTPResponse(200, [:], "x") }
      if request.headers["authorization"] == nil {
        return HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
      }
      return HTTPResponse(307, ["location": "https://cdn/x?signature=s"])
    }
    _ = try await redirecting.repository("reg.example/a:t", credentials: me).manifest()
    #expect(redirecting.requests.last?.address.origin.host == "cdn")
    #expect(redirecting.requests.last?.headers["authorization"] == nil)
    let plain = FakeRegistry { _, _ in
      HTTPResponse(401, ["www-authenticate": #"Bearer realm="http://auth/token""#])
    }
    await #expect(throws: RegistryError.self) {
      try await plain.repository("reg.example/a:t", credentials: me).manifest()
    }
    #expect(plain.summary == ["/v2/"])
  }

  @Test(
    "statuses become errors of their kind, and only some are tried again",
    arguments: [
      (404, 1), (403, 1), (400, 1), (429, 3), (503, 3), (408, 3), (500, 3),
    ])
  func statuses(status: Int, attempts: Int) async throws {
    let registry = FakeRegistry { request, _ in
      request.address.target == "/v2/" ? HTTPResponse(200) : HTTPResponse(status)
    }
    let repository = try registry.repository("reg.example/a:t")
    let error = await #expect(throws: RegistryError.self) { try await repository.manifest() }
    #expect(registry.summary.count == attempts + 1)
    switch (status, error) {
    case (404, .notFound), (403, .unauthorized), (400, .refused): break
    case (_, .overloaded) where attempts > 1: break
    default: Issue.record("status \(status) became \(String(describing: error))")
    }
  }

  @Test("a manifest that does not have the digest asked for is refused")
  func wrongDigest() async throws {
    let registry = FakeRegistry { request, _ in
      HTTPResponse(200, ["docker-content-digest": "sha256:lies"], "body")
    }
    let digest = Digest.of(Array("other".utf8).span.bytes)
    let repository = try registry.repository("reg.example/a@\(digest)")
    let error = await #expect(throws: RegistryError.self) { try await repository.manifest() }
    guard case .content(.digestMismatch) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.failure.code == .digestMismatch)
  }

  @Test("a manifest of more than 4 MiB is not read to its end")
  func hugeManifest() async throws {
    let registry = FakeRegistry { request, _ in
      let part = [UInt8](repeating: 0x20, count: 1 << 20)
      return HTTPResponse(status: 200, body: HTTPBody { part })
    }
    let repository = try registry.repository("reg.example/a:t")
    let error = await #expect(throws: RegistryError.self) { try await repository.manifest() }
    guard case .content(.tooLarge) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "plain HTTP is tried only where it is allowed",
    arguments: [
      ("reg.example/a", nil, false), ("reg.example/a", false, true),
      ("localhost:5000/a", nil, true),
      ("127.0.0.1/a", nil, true), ("[::1]/a", nil, true), ("127.0.0.1/a", true, false),
      ("127.0.0.1.evil.example/a", nil, false), ("localhost.evil.example/a", nil, false),
    ] as [(String, Bool?, Bool)])
  func plainHTTP(reference: String, verifies: Bool?, isAllowed: Bool) async throws {
    let registry = FakeRegistry { request, _ in
      if request.address.origin.isSecure {
        throw RegistryError.notRegistry(registry: "r", reason: "no TLS")
      }
      return HTTPResponse(200, [:], "x")
    }
    var options = RegistryOptions()
    options.verifiesTLS = verifies
    options.systemDirectory = "/nonexistent"
    let repository = try Repository(
      Reference(parsing: reference), options: options, logger: .init(label: "test")
    ) { _ in registry }
    let result = try? await repository.manifest()
    #expect((result != nil) == isAllowed)
    #expect(registry.requests.contains { !$0.address.origin.isSecure } == isAllowed)
  }

  @Test("a certificate that is not trusted is never worked around on a loopback address")
  func untrusted() async throws {
    let registry = FakeRegistry { request, _ in
      if request.address.origin.isSecure {
        throw RegistryError.untrusted(registry: "r", reason: "x")
      }
      return HTTPResponse(200, [:], "x")
    }
    await #expect(throws: RegistryError.untrusted(registry: "r", reason: "x")) {
      try await registry.repository("localhost/a").manifest()
    }
    #expect(registry.requests.count == 1)
  }

  @Test("what a person typed for one host is shown to no mirror and no other location elsewhere")
  func typedCredentials() async throws {
    let made = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-registries.XXXXXX"])
    let directory = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-rf", directory.string]) }
    try Paths.makeDirectory(directory.appending("containers"))
    let text = """
      [[registry]]
      location = "reg.example"
      [[registry.mirror]]
      location = "mirror.example"
      [[registry.mirror]]
      location = "reg.example/cache"
      [[registry]]
      prefix = "moved.example"
      location = "new.example"
      """
    try OwnedDescriptor(
      opening: directory.appending("containers/registries.conf"), [.writeOnly, .create]
    ).writeAll(Array(text.utf8).span.bytes)
    let registry = FakeRegistry { request, _ in
      if request.headers["authorization"] == nil {
        return HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
      }
      return HTTPResponse(404)
    }
    for name in ["reg.example/a:t", "moved.example/a:t"] {
      let repository = try registry.repository(
        name, credentials: .password(user: "me", password: "hunter2"),
        systemDirectory: directory)
      await #expect(throws: RegistryError.self) { try await repository.manifest() }
    }
    let told = registry.requests.filter { $0.headers["authorization"] != nil }
    #expect(Set(told.map(\.address.origin.host)) == ["reg.example"])
    #expect(told.map(\.address.target) == ["/v2/cache/a/manifests/t", "/v2/a/manifests/t"])
    #expect(
      Set(registry.requests.map(\.address.origin.host)) == [
        "mirror.example", "reg.example", "new.example",
      ])
  }

  @Test("a refusal by another host is not answered: neither there nor with a new token")
  func refusedElsewhere() async throws {
    let registry = FakeRegistry { [bearer] request, _ in
      switch (request.address.origin.host, request.address.target) {
      case ("cdn", _): return HTTPResponse(401, bearer)
      case ("auth", _): return HTTPResponse(200, [:], #"{"token":"t"}"#)
      case (_, "/v2/"): return HTTPResponse(401, bearer)
      default: return HTTPResponse(307, ["location": "https://cdn/x"])
      }
    }
    await #expect(throws: RegistryError.self) {
      try await registry.repository("reg.example/a:t").manifest()
    }
    #expect(
      registry.requests.map(\.address.origin.host) == ["reg.example", "auth", "reg.example", "cdn"])
  }

  @Test(
    "a registry with TLS that redirects to plain HTTP is not followed", arguments: [true, false])
  func downgrade(isBlob: Bool) async throws {
    let registry = FakeRegistry { request, _ in
      request.address.target == "/v2/"
        ? HTTPResponse(200) : HTTPResponse(307, ["location": "http://cdn.example/x"])
    }
    let repository = try registry.repository("reg.example/a:t")
    let error = await #expect(throws: RegistryError.self) {
      if !isBlob { _ = try await repository.manifest() }
      let blob = Descriptor(mediaType: .ociLayer, digest: .of([1].span.bytes), size: 1)
      for try await _ in repository.blob(blob, document: "layer 1") {}
    }
    guard case .badRedirect = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(registry.requests.allSatisfy { $0.address.origin.isSecure })
    #expect(registry.requests.count == 2)
  }
}
