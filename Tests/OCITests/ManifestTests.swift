import Digests
import OCI
import Testing

let someDigest = "sha256:" + String(repeating: "ab", count: 32)
let otherDigest = "sha256:" + String(repeating: "cd", count: 32)

func descriptorText(_ type: String, _ digest: String = someDigest, size: String = "7") -> String {
  #"{"mediaType":"\#(type)","digest":"\#(digest)","size":\#(size)}"#
}

func manifestText(
  config: String = "application/vnd.oci.image.config.v1+json", layers: [String] = [],
  extra: String = ""
) -> [UInt8] {
  let list = layers.map { descriptorText($0) }.joined(separator: ",")
  return Array(
    #"{"schemaVersion":2,"config":\#(descriptorText(config)),"layers":[\#(list)]\#(extra)}"#.utf8)
}

@Suite("Manifests")
struct ManifestTests {
  @Test(
    "every layer type of OCI and Docker is known with its compression",
    arguments: [
      ("application/vnd.oci.image.layer.v1.tar", LayerCompression.none, false),
      ("application/vnd.oci.image.layer.v1.tar+gzip", .gzip, false),
      ("application/vnd.oci.image.layer.v1.tar+zstd", .zstd, false),
      ("application/vnd.docker.image.rootfs.diff.tar.gzip", .gzip, false),
      ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", .gzip, true),
      ("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", .zstd, true),
    ])
  func layerTypes(type: String, compression: LayerCompression, isForeign: Bool) throws {
    let document = try ManifestDocument(parsing: manifestText(layers: [type]))
    guard case .manifest(let manifest) = document else {
      Issue.record("not a manifest")
      return
    }
    #expect(manifest.layers.map(\.mediaType.layerCompression) == [compression])
    #expect(manifest.layers[0].mediaType.isForeignLayer == isForeign)
    #expect(manifest.layers[0].size == 7)
  }

  @Test("no layers at all are legal, however that is written", arguments: ["[]", "null", nil])
  func noLayers(text: String?) throws {
    guard case .manifest(let manifest) = try ManifestDocument(parsing: manifest(layers: text))
    else {
      Issue.record("not a manifest")
      return
    }
    #expect(manifest.layers.isEmpty)
  }

  @Test("layers that are no list are refused", arguments: ["{}", #""sha256:x""#, "0", "false"])
  func strangeLayers(text: String) {
    let error = #expect(throws: OCIError.self) {
      try ManifestDocument(parsing: manifest(layers: text))
    }
    #expect(error == .invalid(document: "the image manifest", reason: "its 'layers' is no list"))
  }

  private func manifest(layers: String?) -> [UInt8] {
    let config = descriptorText("application/vnd.oci.image.config.v1+json")
    let member = layers.map { #","layers":\#($0)"# } ?? ""
    return Array(#"{"schemaVersion":2,"config":\#(config)\#(member)}"#.utf8)
  }

  @Test("the declared type is used with its parameters stripped")
  func declaredType() throws {
    let declared = MediaType("Application/vnd.docker.distribution.manifest.v2+json; charset=utf-8")
    #expect(declared == .dockerManifest)
    let config = "application/vnd.docker.container.image.v1+json"
    guard
      case .manifest(let manifest) = try ManifestDocument(
        parsing: manifestText(config: config), declared: declared)
    else {
      Issue.record("not a manifest")
      return
    }
    #expect(manifest.mediaType == .dockerManifest)
  }

  @Test(
    "documents that are none of ours are refused",
    arguments: [
      manifestText(config: "application/vnd.oci.empty.v1+json"),
      manifestText(config: "application/vnd.cncf.helm.config.v1+json"),
      manifestText(layers: ["application/vnd.oci.image.layer.v1.tar+gzip+encrypted"]),
      manifestText(layers: ["application/x-whatever"]),
      manifestText(extra: #","manifests":[]"#),
      manifestText(extra: #","mediaType":"application/vnd.oci.image.index.v1+json""#),
      manifestText(extra: #","mediaType":"text/plain""#),
      Array(#"{"schemaVersion":1,"fsLayers":[]}"#.utf8), Array("[]".utf8), Array("{}".utf8),
      Array(#"{"schemaVersion":2}"#.utf8),
      Array(#"{"schemaVersion":2,"manifests":[{"digest":"sha256:x","size":1}]}"#.utf8),
      Array(#"{"schemaVersion":2,"manifests":[],"layers":[]}"#.utf8),
    ])
  func refused(bytes: [UInt8]) {
    #expect(throws: OCIError.self) { try ManifestDocument(parsing: bytes) }
  }

  @Test(
    "sizes that are no byte counts and digests that are no digests are refused",
    arguments: [
      ("-1", someDigest), ("1.5", someDigest), ("\"7\"", someDigest), ("1e3", someDigest),
      ("7", "sha256:../../etc/passwd"), ("7", "md5:0"), ("7", ""),
    ])
  func badDescriptor(size: String, digest: String) {
    let config = descriptorText("application/vnd.oci.image.config.v1+json", digest, size: size)
    let text = #"{"schemaVersion":2,"layers":[],"config":\#(config)}"#
    #expect(throws: OCIError.self) { try ManifestDocument(parsing: Array(text.utf8)) }
  }

  @Test("a document of more than 4 MiB is refused before it is read")
  func tooLarge() {
    let bytes = [UInt8](repeating: 0x20, count: Manifest.sizeLimit + 1)
    #expect(
      throws: OCIError.tooLarge(
        document: "the image manifest", size: UInt64(bytes.count),
        limit: UInt64(Manifest.sizeLimit))
    ) { try ManifestDocument(parsing: bytes) }
  }

  @Test("a manifest made for one layer is read back as it was meant")
  func made() throws {
    let config = Array(#"{"rootfs":{}}"#.utf8)
    let diffID = try Digest(validating: otherDigest)
    let bytes = Manifest.bytes(config: config, diffID: diffID, layerSize: 1 << 40)
    #expect(bytes == Manifest.bytes(config: config, diffID: diffID, layerSize: 1 << 40))
    guard case .manifest(let manifest) = try ManifestDocument(parsing: bytes) else {
      Issue.record("not a manifest")
      return
    }
    #expect(manifest.mediaType == .ociManifest)
    #expect(manifest.layers.map(\.digest) == [diffID])
    #expect(manifest.layers.map(\.size) == [1 << 40])
    try manifest.config.verify(config, document: "the image configuration")
  }
}
