import Failures
import Linux
import SystemPackage
import Testing

@testable import Registry

@Suite("What is said where a repository has no image")
struct RepositoryFailureTests {
  @Test("where no endpoint has it, each says why")
  func everywhere() async throws {
    let made = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-registries.XXXXXX"])
    let directory = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-rf", directory.string]) }
    try Paths.makeDirectory(directory.appending("containers"))
    let text = """
      [[registry]]
      location = "reg.example"
      [[registry.mirror]]
      location = "mirror.example"
      """
    try OwnedDescriptor(
      opening: directory.appending("containers/registries.conf"), [.writeOnly, .create]
    ).writeAll(Array(text.utf8).span.bytes)
    let registry = FakeRegistry { request, _ in
      if request.address.target == "/v2/" { return HTTPResponse(200) }
      return HTTPResponse(request.address.origin.host == "mirror.example" ? 403 : 404)
    }
    let repository = try registry.repository("reg.example/a:t", systemDirectory: directory)
    let error = await #expect(throws: RegistryError.self) { try await repository.manifest() }
    #expect(error?.failure.code == .sourceNotFound)
    #expect(error?.failure.cause == "mirror.example: status 403\nreg.example: status 404")
  }

  @Test("a page for people is no manifest, and where it comes from no registry")
  func webPage() async throws {
    let registry = FakeRegistry { request, _ in
      request.address.target == "/v2/"
        ? HTTPResponse(200)
        : HTTPResponse(200, ["content-type": "text/html;charset=utf-8"], "<html></html>")
    }
    let error = await #expect(throws: RegistryError.self) {
      try await registry.repository("reg.example/a:t").manifest()
    }
    #expect(error?.failure.code == .registryUnreachable)
    #expect(error?.failure.sentence == "reg.example does not answer as a registry")
    #expect(error?.failure.cause?.contains("text/html") == true)
  }

  @Test("a place that cannot be reached is told with who redirected there")
  func unreachableTarget() async throws {
    let registry = FakeRegistry { request, _ in
      if request.address.target == "/v2/" { return HTTPResponse(200) }
      if request.address.origin.host == "cdn.example" {
        throw RegistryError.unreachable(registry: "cdn.example", reason: "no route")
      }
      return HTTPResponse(307, ["location": "https://cdn.example/x"])
    }
    let error = await #expect(throws: RegistryError.self) {
      try await registry.repository("reg.example/a:t").manifest()
    }
    #expect(
      error
        == .unreachable(
          registry: "cdn.example", reason: "no route; reg.example redirected there"))
  }
}
