import Failures
import Linux
import Logging
import OCI
import Registry
import SystemPackage
import Testing

@testable import Transports

@Suite(
  "Logging in to a registry",
  .enabled(if: TestRegistry.tools, "docker-registry, curl, openssl and htpasswd are the registry"))
struct RegistryLoginTests {
  private let directory: TemporaryDirectory
  private let options: RegistryOptions

  init() throws {
    directory = try TemporaryDirectory()
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    options.authFile = directory.file("auth.json")
    self.options = options
  }

  private func verify(_ registry: TestRegistry, password: String) async throws -> Login.Outcome {
    try await Login(
      try RegistryName(parsing: registry.host), options: options, logger: Logger(label: "test")
    ).verify(.password(user: "tester", password: password))
  }

  @Test("the registry decides which credentials are right")
  func verification() async throws {
    let registry = try TestRegistry(.password)
    #expect(try await verify(registry, password: "s3cret") == .accepted)
    let error = await #expect(throws: RegistryError.self) {
      try await verify(registry, password: "wr0ng")
    }
    #expect(error?.failure.code == .unauthorized)
    #expect(error?.description.contains("wr0ng") == false)
    #expect(try await verify(try TestRegistry(), password: "s3cret") == .notAsked)
  }

  @Test("skopeo finds what Firn keeps, Firn what skopeo keeps, and each can remove it")
  func peers() async throws {
    let registry = try TestRegistry(.password)
    let name = try RegistryName(parsing: registry.host)
    let file = LoginFile(options)
    let skopeo = "skopeo --override-os linux"
    let authFile = "--authfile '\(directory.path)/auth.json' '\(registry.host)'"
    _ = try await file.store(user: "tester", password: "s3cret", for: name)
    #expect(try shell("\(skopeo) login --get-login \(authFile)").contains("tester"))
    try shell("\(skopeo) logout \(authFile) >/dev/null")
    await #expect(throws: RegistryError.self) { try await file.remove(name) }
    try shell(
      "echo s3cret | \(skopeo) login --tls-verify=false -u tester --password-stdin \(authFile) >&2")
    let source = try SourceName(parsing: "docker://\(registry.host)/no/such:1")
      .open(options: options, logger: Logger(label: "test"))
    let error = await #expect(throws: TransportError.self) {
      try await source.resolve(platform: nil)
    }
    #expect(error?.failure.code == .sourceNotFound)
    await source.close()
    try await file.remove(name)
    #expect(throws: (any Error).self) {
      try shell("\(skopeo) login --get-login \(authFile) 2>/dev/null")
    }
  }
}
