import Digests
import ImageSamples
import OCI
import Store
import Testing
import Transports

@testable import ImageImport

@Suite("Where an image came from")
struct ImageOriginTests {
  private static func origin(_ text: String, _ platform: String? = nil) throws -> ImageOrigin? {
    ImageOrigin(
      try SourceName(parsing: text), platform: try platform.map { try Platform(parsing: $0) })
  }

  @Test(
    "is the registry's name for it; with a tag the digest is left out, as the tag may move",
    arguments: [
      ("docker://debian", "docker://docker.io/library/debian:latest"),
      ("quay.io/a/b:1", "docker://quay.io/a/b:1"),
      (
        "docker://quay.io/a:1@sha256:\(String(repeating: "a", count: 64))",
        "docker://quay.io/a:1"
      ),
      (
        "docker://quay.io/a@sha256:\(String(repeating: "a", count: 64))",
        "docker://quay.io/a@sha256:\(String(repeating: "a", count: 64))"
      ),
    ])
  func sources(name: String, source: String) throws {
    #expect(try Self.origin(name)?.source == source)
    #expect(try Self.origin(name)?.platform == nil)
    #expect(try Self.origin(name, "linux/arm64")?.platform == "linux/arm64")
  }

  @Test("is not known of files", arguments: ["oci:/a", "docker-archive:/a.tar:b"])
  func files(name: String) throws {
    #expect(try Self.origin(name) == nil)
  }

  @Test("is implied by names that begin with a host, and by no others")
  func implied() throws {
    #expect(ImageOrigin(impliedBy: "quay.io/a:1")?.source == "docker://quay.io/a:1")
    #expect(try ImageOrigin(impliedBy: "localhost:5000/a") == Self.origin("localhost:5000/a"))
    for name in ["debian:12", "tools/numpy:1", "quay.io", "localhost:5000/A:1"] {
      #expect(ImageOrigin(impliedBy: name) == nil, "\(name)")
    }
  }

  @Test("is recorded only where the name does not say it, and forgotten where it does again")
  func recorded() throws {
    var origins = ImageOrigins(of: nil)
    let plain = try #require(try Self.origin("quay.io/a:1"))
    let arm = try #require(try Self.origin("quay.io/a:1", "linux/arm64"))
    origins.set(plain, of: "quay.io/a:1")
    #expect(origins.attributeValue == nil)
    origins.set(arm, of: "quay.io/a:1")
    origins.set(plain, of: "mine")
    #expect(
      origins.attributeValue
        == "{\"mine\":{\"source\":\"docker://quay.io/a:1\"},\"quay.io/a:1\":"
        + "{\"platform\":\"linux/arm64\",\"source\":\"docker://quay.io/a:1\"}}")
    #expect(origins.origin(of: "quay.io/a:1") == arm && origins.origin(of: "mine") == plain)
    origins.set(plain, of: "quay.io/a:1")
    #expect(origins.origin(of: "quay.io/a:1") == plain && origins.origin(of: "other") == nil)
  }

  @Test("is recorded to be none for a name that came from files, until it comes from a registry")
  func local() throws {
    var origins = ImageOrigins(of: nil)
    #expect(!origins.isLocal("quay.io/a:1") && origins.origin(of: "quay.io/a:1") != nil)
    origins.setLocal("quay.io/a:1")
    #expect(origins.isLocal("quay.io/a:1") && origins.origin(of: "quay.io/a:1") == nil)
    #expect(origins.attributeValue == "{\"quay.io/a:1\":null}")
    let digest = SHA256Digest.of([UInt8](repeating: 1, count: 3).span.bytes)
    var record = ImageRecord(
      object: digest, rootIdentity: digest, names: ["a"], digests: ["sha256:\(digest)"],
      logicalSize: 1, created: 1)
    record.attributes = [ImageRecord.originsAttribute: origins.attributeValue ?? ""]
    #expect(ImageOrigins(of: record) == origins)
    origins.set(try #require(try Self.origin("quay.io/a:1")), of: "quay.io/a:1")
    #expect(!origins.isLocal("quay.io/a:1") && origins.attributeValue == nil)
  }

  @Test("survives the catalog, and nonsense there is nothing")
  func catalog() throws {
    let digest = SHA256Digest.of([UInt8](repeating: 1, count: 3).span.bytes)
    var record = ImageRecord(
      object: digest, rootIdentity: digest, names: ["a"], digests: ["sha256:\(digest)"],
      logicalSize: 1, created: 1)
    var origins = ImageOrigins(of: record)
    origins.set(try #require(try Self.origin("quay.io/a:1")), of: "a")
    record.attributes = ["podman": "x", ImageRecord.originsAttribute: origins.attributeValue ?? ""]
    #expect(ImageOrigins(of: record) == origins)
    #expect(record.contentAttributes == ["podman": "x"])
    record.attributes[ImageRecord.originsAttribute] = "[1"
    #expect(ImageOrigins(of: record) == ImageOrigins(of: nil))
  }

  private func request(_ name: String, _ source: String?) throws -> ImportRequest {
    var request = ImportRequest(names: [name], text: "import")
    request.origin = try source.flatMap { try Self.origin($0) }
    return request
  }

  @Test("stays with each name as an image gets more of them, and is replaced with its own")
  func imports() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(["a": SampleBytes.noise(9000, seed: 1)])])
    try await fixture.run(source, try request("one", "quay.io/a:1"))
    try await fixture.run(source, try request("two", "quay.io/b:1"))
    try await fixture.run(source, try request("three", nil))
    func origins() throws -> [String?] {
      let image = try fixture.store.newest().images[0]
      return ["one", "two", "three"].map { ImageOrigins(of: image).origin(of: $0)?.source }
    }
    #expect(try origins() == ["docker://quay.io/a:1", "docker://quay.io/b:1", nil])
    let changed = try await fixture.run(source, try request("two", "quay.io/c:1"))
    #expect(!changed.wasUnchanged)
    #expect(try origins() == ["docker://quay.io/a:1", "docker://quay.io/c:1", nil])
    let before = try fixture.store.newest()
    #expect(try await fixture.run(source, try request("two", "quay.io/c:1")).wasUnchanged)
    #expect(try fixture.store.newest() == before)
    let local = try await fixture.run(source, try request("one", nil))
    #expect(local.wasUnchanged, "files say nothing of where a name came from")
  }
}
