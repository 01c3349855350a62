import Digests
import Linux
import Logging
import OCI
import Registry
import SystemPackage
import Testing

@testable import Transports

/// An index of images for several platforms, with an index in it and an attestation.
@Suite(
  "Choice of a platform",
  .enabled(if: TestRegistry.tools, "docker-registry, skopeo, umoci and jq make the test images"))
struct PlatformChoiceTests {
  private let work: TemporaryDirectory

  init() throws {
    work = try TemporaryDirectory()
    // index.json: one entry "all" → index of {unknown, arm64, arm/v6, inner index of {amd64}}.
    try shell(
      """
      cd '\(work.path)'; exec >log 2>&1
      umoci init --layout l
      for p in amd64 arm64 arm; do
        echo $p >f; umoci new --image l:$p; umoci insert --image l:$p f /$p
        umoci config --image l:$p --architecture $p --os linux
      done
      cd l; I=application/vnd.oci.image.index.v1+json
      entry() { jq -c --arg n "$1" --argjson p "$2" '.manifests[]
        | select(.annotations["org.opencontainers.image.ref.name"]==$n)
        | del(.annotations) | if $p then . + {platform:$p} else . end' index.json; }
      blob() { s=$(sha256sum "$1" | cut -c1-64); cp "$1" blobs/sha256/$s
        printf '{"mediaType":"%s","digest":"sha256:%s","size":%s' $I $s $(stat -c %s "$1"); }
      A=$(entry amd64 '{"os":"linux","architecture":"amd64"}')
      B=$(entry arm64 '{"os":"linux","architecture":"arm64"}')
      C=$(entry arm '{"os":"linux","architecture":"arm","variant":"v6"}')
      U=$(entry arm '{"os":"unknown","architecture":"unknown"}')
      echo '{"schemaVersion":2,"mediaType":"'$I'","manifests":['"$A"']}' >../inner
      echo '{"schemaVersion":2,"mediaType":"'$I'","manifests":['"$U,$B,$C,$(blob ../inner)}"']}' \
        >../outer
      echo '{"schemaVersion":2,"manifests":['"$(blob ../outer)"',
        "annotations":{"org.opencontainers.image.ref.name":"all"}},'"$A,$B"']}' >../index
      mv ../index index.json
      """)
  }

  private func open(_ name: String) throws -> any ImageSource {
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    return try SourceName(parsing: name).open(options: options, logger: Logger(label: "test"))
  }

  private func check(_ source: any ImageSource) async throws {
    for (wanted, found, indexes) in [
      ("linux/arm64", "linux/arm64", 1), ("linux/arm", "linux/arm", 1),
      ("linux/arm/v6", "linux/arm", 1), ("linux/amd64", "linux/amd64", 2),
    ] {
      let image = try await source.resolve(platform: try Platform(parsing: wanted))
      #expect(image.platform?.description == found, "\(wanted)")
      #expect(image.indexes.count == indexes, "\(wanted)")
      for index in image.indexes { #expect(index.mediaType == .ociIndex) }
    }
    for wanted in ["linux/arm/v7", "linux/s390x", "unknown/unknown"] {
      await #expect(throws: TransportError.self, "\(wanted)") {
        try await source.resolve(platform: try Platform(parsing: wanted))
      }
    }
    #expect(try await source.resolve(platform: nil).platform == .host)
  }

  @Test("an index in a layout, with an index in it")
  func layout() async throws {
    try await check(try open("oci:\(work.path)/l:all"))
  }

  @Test("entries without names in a layout's index are one image for several platforms")
  func unnamedEntries() async throws {
    try shell("cd '\(work.path)/l'; jq -c '.manifests |= .[1:]' index.json >i; mv i index.json")
    let source = try open("oci:\(work.path)/l")
    let image = try await source.resolve(platform: try Platform(parsing: "linux/arm64"))
    #expect(image.platform?.description == "linux/arm64")
    #expect(image.indexes.isEmpty)
    await #expect(throws: TransportError.self) {
      try await source.resolve(platform: try Platform(parsing: "linux/arm"))
    }
  }

  @Test("several named images are not chosen between")
  func ambiguous() async throws {
    let source = try open("oci:\(work.path)/l")
    await #expect(throws: TransportError.ambiguous(path: "\(work.path)/l", available: ["all"])) {
      try await source.resolve(platform: nil)
    }
  }

  @Test("an index in a registry costs one request per document on the way")
  func registry() async throws {
    let registry = try TestRegistry()
    // skopeo does not copy nested indexes, so the layout is put up piece by piece.
    try shell(
      """
      cd '\(work.path)/l/blobs/sha256'; base=http://\(registry.host)/v2/a
      for b in *; do
        to=$(curl -fsSi -X POST $base/blobs/uploads/ | tr -d '\\r' | sed -n 's/^Location: //p')
        curl -fsS -X PUT -H Content-Type:application/octet-stream --data-binary @$b "$to&digest=sha256:$b" >/dev/null
      done
      put() { curl -fsS -X PUT -H "Content-Type: $3" --data-binary @$1 $base/manifests/$2 >/dev/null; }
      M=application/vnd.oci.image.manifest.v1+json; I=application/vnd.oci.image.index.v1+json
      for b in *; do if grep -q '"layers": *[[]' $b; then put $b sha256:$b $M; fi; done
      put '\(work.path)/inner' sha256:$(sha256sum <'\(work.path)/inner' | cut -c1-64) $I
      put '\(work.path)/outer' all $I
      """)
    let source = try open("docker://\(registry.host)/a:all")
    let image = try await source.resolve(platform: try Platform(parsing: "linux/amd64"))
    #expect(image.indexes.count == 2)
    #expect(
      try registry.requests() == [
        "GET /v2/ 200", "GET /v2/a/manifests/all 200",
        "GET /v2/a/manifests/\(image.indexes[1].digest) 200",
        "GET /v2/a/manifests/\(image.manifest.digest) 200",
        "GET /v2/a/blobs/\(image.configDocument.digest) 200",
      ])
    try await check(source)
    await source.close()
  }
}
