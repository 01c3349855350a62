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
  "Images in files",
  .enabled(if: SampleImage.tools, "skopeo, umoci, podman and jq make the test images"))
struct LocalSourceTests {
  private let sample: SampleImage

  init() throws { sample = try SampleImage.shared.get() }

  private func open(_ name: String) throws -> any ImageSource {
    try SourceName(parsing: name)
      .open(options: RegistryOptions(), logger: Logger(label: "test"))
  }

  @Test(
    "every form that tools write conforms",
    arguments: [
      "oci:layout", "oci:layout:one", "oci:zstd:one", "oci-archive:layout.tar",
      "oci-archive:layout.tar:one", "oci-archive:podman-oci.tar", "docker-archive:docker.tar",
      "docker-archive:docker.tar:registry.example/team/one:1", "docker-archive:docker.tar:@0",
      "docker-archive:podman.tar", "dir:plain", "dir:blobs",
      "containers-storage:[overlay]registry.example/team/one:1",
      "containers-storage:[vfs]registry.example/team/one:1",
    ])
  func conforms(name: String) async throws {
    let colon = try #require(name.firstIndex(of: ":"))
    let rest = String(name[name.index(after: colon)...])
    let place =
      rest.hasPrefix("[") ? "[\(sample.path(String(rest.dropFirst())))" : sample.path(rest)
    try await ImageSourceConformance(name: name[...colon] + place, sample: sample).check()
  }

  @Test(
    "every form that keeps manifests has the same image, by its digest",
    arguments: ["oci-archive:", "dir:", "containers-storage:"])
  func sameManifest(transport: String) async throws {
    let layout = try await open("oci:\(sample.path("layout"))").resolve(platform: nil)
    let place =
      switch transport {
      case "dir:": sample.path("blobs")
      case "oci-archive:": sample.path("layout.tar")
      default: "[\(sample.path("overlay"))]registry.example/team/one:1"
      }
    let image = try await open(transport + place).resolve(platform: nil)
    #expect(image.manifest == layout.manifest)
    #expect(image.configDocument == layout.configDocument)
    #expect(image.digests == layout.digests)
  }

  @Test(
    "names come from the source",
    arguments: [
      ("oci:layout", "localhost/layout:one"), ("oci-archive:layout.tar", "localhost/layout:one"),
      ("oci-archive:podman-oci.tar", "registry.example/team/one:1"),
      ("docker-archive:docker.tar", "registry.example/team/one:1"),
      ("dir:plain", "localhost/plain:latest"),
    ])
  func names(name: String, expected: String) async throws {
    let parts = name.split(separator: ":")
    let source = try open("\(parts[0]):\(sample.path(String(parts[1])))")
    #expect(try await source.resolve(platform: nil).names == [expected])
  }

  @Test("layers that repeat as links, and compressed ones, are read from a docker-archive")
  func linkedLayers() async throws {
    let work = try TemporaryDirectory()
    try shell(
      """
      cd '\(work.path)'; mkdir in; tar xf '\(sample.path("docker.tar"))' -C in; cd in
      set -- $(jq -r '.[0].Layers[]' manifest.json)
      mkdir l1 l2 l3; cp "$1" l1/layer.tar; ln -s "../$2" l2/layer.tar; gzip -n <"$3" >l3/layer.tar
      jq '.[0].Layers = ["l1/layer.tar","./l2/layer.tar","l3/layer.tar"]' manifest.json >m
      mv m manifest.json; tar cf ../links.tar *
      """)
    let name = "docker-archive:\(work.path)/links.tar"
    try await ImageSourceConformance(name: name, sample: sample).check()
    let image = try await open(name).resolve(platform: nil)
    #expect(image.layers[2].descriptor.mediaType == .ociLayerGzip)
  }

  @Test("a changed byte is a digest mismatch, in documents and in layers")
  func damage() async throws {
    let work = try TemporaryDirectory()
    let image = try await open("oci:\(sample.path("layout"))").resolve(platform: nil)
    let victims = [
      image.manifest.digest, image.configDocument.digest, image.layers[1].descriptor.digest,
    ]
    for digest in victims {
      let copy = work.file(digest.hex)
      try shell(
        """
        cp -r '\(sample.path("layout"))' '\(copy)'; cd '\(copy)'
        printf X | dd of=blobs/sha256/\(digest.hex) bs=1 seek=20 conv=notrunc 2>/dev/null
        tar cf '\(copy).tar' .
        """)
      for name in ["oci:\(copy)", "oci-archive:\(copy).tar"] {
        await #expect(throws: OCIError.self, "\(name)") { try await readAll(name) }
      }
    }
  }

  /// Reads everything and throws what is at the bottom of an error.
  private func readAll(_ name: String) async throws {
    do {
      let source = try open(name)
      for layer in try await source.resolve(platform: nil).layers {
        for try await _ in try await source.blob(layer) {}
      }
    } catch TransportError.content(let error) { throw error }
  }

  @Test("a truncated archive, a compressed one and other files are refused with a reason")
  func brokenArchives() async throws {
    let work = try TemporaryDirectory()
    try shell(
      """
      cd '\(work.path)'; gzip -c '\(sample.path("layout.tar"))' >layout.tar.gz
      head -c 400000 '\(sample.path("layout.tar"))' >short.tar; : >empty.tar
      head -c 5000 /dev/urandom >noise.tar; mkdir -p other/blobs; tar cf other.tar other
      """)
    let cases = [
      ("oci-archive:\(work.path)/layout.tar.gz", "gunzip"),
      ("oci-archive:\(work.path)/short.tar", "archive"),
      ("oci-archive:\(work.path)/empty.tar", "oci-layout"),
      ("oci-archive:\(work.path)/noise.tar", "archive"),
      ("docker-archive:\(work.path)/other.tar", "manifest.json"),
      ("oci:\(work.path)/other", "oci-layout"), ("oci:\(work.path)/short.tar", "directory"),
      ("oci:\(work.path)/nowhere", "nowhere"), ("oci-archive:\(work.path)/nowhere", "nowhere"),
      ("oci-archive:\(work.path)/other", "regular file"),
      ("dir:\(work.path)/other", "manifest.json"),
      ("dir:\(work.path)/nowhere", "nowhere"), ("dir:\(work.path)/short.tar", "directory"),
      ("containers-storage:[\(work.path)]a", "\(work.path)"),
      ("containers-storage:[\(work.path)/nowhere]a", "nowhere"),
      ("docker-archive:\(sample.path("layout.tar"))", "manifest.json"),
      ("oci:\(sample.path("layout")):two", "'one'"),
      ("docker-archive:\(sample.path("docker.tar")):x:y", "registry.example/team/one:1"),
      ("docker-archive:\(sample.path("docker.tar")):@1", "@1"),
    ]
    for (name, hint) in cases {
      do {
        _ = try await open(name).resolve(platform: nil)
        Issue.record("\(name) was accepted")
      } catch let error as TransportError {
        #expect("\(error)".contains(hint), "\(name): \(error)")
        #expect(error.failure.cause?.contains("Get the image again") != true)
      }
    }
  }
}
