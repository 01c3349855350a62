import Digests
import Failures
import Linux
import Logging
import OCI
import Registry
import SystemPackage
import Testing

@testable import Transports

@Suite(
  "Images in a registry",
  .enabled(if: TestRegistry.tools, "docker-registry, curl, openssl and htpasswd are the registry"))
struct RegistrySourceTests {
  private let sample: SampleImage

  init() throws { sample = try SampleImage.shared.get() }

  private func options(_ change: (inout RegistryOptions) -> Void = { _ in }) -> RegistryOptions {
    var options = RegistryOptions()
    options.retries = 1
    options.systemDirectory = "/nonexistent"
    change(&options)
    return options
  }

  private func open(_ name: String, _ options: RegistryOptions) throws -> any ImageSource {
    try SourceName(parsing: name).open(options: options, logger: Logger(label: "test"))
  }

  private func failure(_ name: String, _ options: RegistryOptions) async -> Failure? {
    do {
      let source = try open(name, options)
      for layer in try await source.resolve(platform: nil).layers {
        for try await _ in try await source.blob(layer) {}
      }
      return nil
    } catch { return Failure(presenting: error) }
  }

  @Test("plain HTTP on a loopback address conforms, in OCI and Docker form")
  func plain() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "a/oci:1")
    try registry.push("oci:\(sample.path("layout"))", to: "a/docker:1", options: "--format v2s2")
    try registry.push("oci:\(sample.path("zstd"))", to: "a/zstd:1")
    for name in ["a/oci:1", "a/docker:1", "a/zstd:1"] {
      let full = "docker://\(registry.host)/\(name)"
      try await ImageSourceConformance(name: full, sample: sample, options: options()).check()
    }
  }

  @Test("each document and layer is asked for exactly once, after one ping")
  func requestCount() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let source = try open("docker://\(registry.host)/a/b:1", options())
    let image = try await source.resolve(platform: nil)
    #expect(image.names == ["\(registry.host)/a/b:1"])
    for layer in image.layers { for try await _ in try await source.blob(layer) {} }
    let blobs = [image.configDocument.digest] + image.layers.map(\.descriptor.digest)
    let expected =
      ["GET /v2/ 200", "GET /v2/a/b/manifests/1 200"]
      + blobs.map { "GET /v2/a/b/blobs/\($0) 200" }
    #expect(try registry.requests() == expected)
    // One more is the attempt to speak TLS, which the registry does not log.
    #expect(await source.requestCount == expected.count + 1)
    await source.close()
  }

  @Test("documents that are known are not asked for, but what the tag means always is")
  func knownDocuments() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let name = "docker://\(registry.host)/a/b:1"
    let first = try open(name, options())
    let image = try await first.resolve(platform: nil)
    await first.close()
    let before = try registry.requests().count
    let source = try open(name, options())
    let same = try await source.resolve(platform: nil) { digest in
      [image.manifest, image.configDocument].first { $0.digest == digest }?.bytes
    }
    await source.close()
    #expect(same == image)
    #expect(
      try registry.requests().dropFirst(before) == ["GET /v2/ 200", "GET /v2/a/b/manifests/1 200"])
  }

  @Test("a document that is known wrongly is refused")
  func wronglyKnown() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let source = try open("docker://\(registry.host)/a/b:1", options())
    await #expect(throws: TransportError.self) {
      try await source.resolve(platform: nil) { _ in Array("{}".utf8) }
    }
    await source.close()
  }

  @Test("TLS works with the authority's certificate, and without only if that is asked for")
  func tls() async throws {
    let registry = try TestRegistry(.tls)
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let name = "docker://\(registry.host)/a/b:1"
    let trusting = options { $0.certificateDirectory = registry.certificates }
    try await ImageSourceConformance(name: name, sample: sample, options: trusting).check()
    let strict = await failure(name, options())
    #expect(strict?.code == .registryUnreachable)
    #expect(strict?.nextStep?.contains("--cert-dir") == true)
    let careless = options { $0.verifiesTLS = false }
    try await ImageSourceConformance(name: name, sample: sample, options: careless).check()
  }

  @Test(
    "a certificate is for the host that was asked for, not for whatever address that leads to",
    arguments: [
      ("IP:127.0.0.1", ["127.0.0.1"], ["localhost"]),
      ("DNS:localhost", ["localhost"], ["127.0.0.1"]),
      ("DNS:reg.example,IP:127.0.0.1", ["127.0.0.1"], ["localhost"]),
      ("", [], ["localhost", "127.0.0.1"]),
    ] as [(String, [String], [String])])
  func certificateNames(names: String, good: [String], bad: [String]) async throws {
    let registry = try TestRegistry(.tls, names: names)
    let trusting = options { $0.certificateDirectory = registry.certificates }
    for host in good {
      let failure = await failure("docker://\(host):\(registry.port)/a/b:1", trusting)
      #expect(failure?.code == .sourceNotFound, "\(host): \(String(describing: failure))")
    }
    for host in bad {
      let failure = await failure("docker://\(host):\(registry.port)/a/b:1", trusting)
      #expect(failure?.code == .registryUnreachable)
      #expect(failure?.sentence.contains("certificate") == true, "\(String(describing: failure))")
      let careless = options { $0.verifiesTLS = false }
      let other = await self.failure("docker://\(host):\(registry.port)/a/b:1", careless)
      #expect(other?.code == .sourceNotFound)
    }
  }

  @Test("certs.d is used by host and port")
  func certificateDirectories() async throws {
    let registry = try TestRegistry(.tls)
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let configuration = try TemporaryDirectory()
    let directory = "\(configuration.path)/containers/certs.d/\(registry.host)"
    try shell("mkdir -p '\(directory)'; cp '\(registry.certificates)/ca.crt' '\(directory)'")
    let system = options { $0.systemDirectory = configuration.path }
    #expect(await failure("docker://\(registry.host)/a/b:1", system) == nil)
  }

  @Test("a password is demanded, accepted, refused, and found in files and helpers")
  func password() async throws {
    let registry = try TestRegistry([.tls, .password])
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let name = "docker://\(registry.host)/a/b:1"
    let work = try TemporaryDirectory()
    let auth = try shell("printf tester:s3cret | base64 -w0")
    try shell(
      """
      cd '\(work.path)'
      echo '{"auths":{"\(registry.host)":{"auth":"\(auth)"}}}' >auth.json
      echo '{"credHelpers":{"\(registry.host)":"firntest"}}' >helper.json
      echo '{"auths":{"elsewhere":{}}}' >none.json; mkdir home; mkdir home/.docker
      cp auth.json home/.docker/config.json
      """)
    let base = options { $0.certificateDirectory = registry.certificates }
    func with(_ change: (inout RegistryOptions) -> Void) -> RegistryOptions {
      var changed = base
      change(&changed)
      return changed
    }
    let me = with { $0.credentials = .password(user: "tester", password: "s3cret") }
    try await ImageSourceConformance(name: name, sample: sample, options: me).check()
    for good in [
      with { $0.authFile = work.file("auth.json") },
      with { $0.environment["REGISTRY_AUTH_FILE"] = work.file("auth.json").string },
      with { $0.environment["HOME"] = work.file("home").string },
    ] { #expect(await failure(name, good) == nil) }
    let none = await failure(name, base)
    #expect(none?.code == .unauthorized)
    #expect(none?.nextStep?.contains("--creds") == true)
    #expect(
      await failure(name, with { $0.authFile = work.file("none.json") })?.code == .unauthorized)
    let wrong = await failure(
      name, with { $0.credentials = .password(user: "tester", password: "hunter2") })
    #expect(wrong?.code == .unauthorized)
    #expect(wrong?.description.contains("the command line") == true)
    #expect(wrong?.description.contains("hunter2") == false)
    let missing = await failure(name, with { $0.authFile = work.file("nowhere.json") })
    #expect(missing?.code == .configuration)
    let helper = await failure(name, with { $0.authFile = work.file("helper.json") })
    #expect(helper?.description.contains("docker-credential-firntest") == true)
  }

  @Test("registries.conf moves, blocks and mirrors")
  func configuration() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "mirror/a/b:1")
    let work = try TemporaryDirectory()
    try shell(
      """
      mkdir -p '\(work.path)/containers/registries.conf.d'; cd '\(work.path)/containers'
      cat >registries.conf <<'END'
      [[registry]]
      prefix = "moved.example"
      location = "\(registry.host)/mirror"
      [[registry]]
      location = "gone.invalid"
      [[registry.mirror]]
      location = "\(registry.host)/nothing"
      [[registry.mirror]]
      location = "\(registry.host)/mirror"
      END
      printf '[[registry]]\\nlocation = "blocked.example"\\nblocked = true\\n' \
        >registries.conf.d/50-blocked.conf
      """)
    let system = options { $0.systemDirectory = work.path }
    for name in ["moved.example/a/b:1", "gone.invalid/a/b:1"] {
      let full = "docker://\(name)"
      try await ImageSourceConformance(name: full, sample: sample, options: system).check()
      #expect(try await open(full, system).resolve(platform: nil).names == [name])
    }
    let blocked = await failure("docker://blocked.example/a:1", system)
    #expect(blocked?.code == .configuration)
    #expect(blocked?.description.contains("50-blocked.conf") == true)
  }

  @Test("what is not there is said to be not there")
  func absent() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    #expect(await failure("docker://\(registry.host)/a/b:2", options())?.code == .sourceNotFound)
    #expect(await failure("docker://\(registry.host)/a/c:1", options())?.code == .sourceNotFound)
    let nobody = await failure("docker://127.0.0.1:1/a:1", options())
    #expect(nobody?.code == .registryUnreachable)
    #expect(nobody?.cause?.contains("refused") == true)
    let strict = options { $0.verifiesTLS = true }
    let plain = await failure("docker://\(registry.host)/a/b:1", strict)
    #expect(plain?.description.contains("TLS") == true)
  }

  @Test("a blob that the registry changed is refused")
  func damage() async throws {
    let registry = try TestRegistry()
    try registry.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let name = "docker://\(registry.host)/a/b:1"
    let source = try open(name, options())
    let layer = try await source.resolve(platform: nil).layers[2]
    let hex = layer.descriptor.digest.hex
    try shell(
      """
      cd '\(registry.directory.path)/data/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)'
      printf X | dd of=data bs=1 seek=1000 conv=notrunc 2>/dev/null
      """)
    #expect(await failure(name, options())?.code == .digestMismatch)
    try shell(
      """
      cd '\(registry.directory.path)/data/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)'
      truncate -s 1000 data
      """)
    #expect(await failure(name, options()) != nil)
    await source.close()
  }
}
