import Digests
import OCI
import Testing

private let manifestType = "application/vnd.oci.image.manifest.v1+json"
private let indexType = "application/vnd.oci.image.index.v1+json"

private func digest(_ number: Int) -> String {
  let text = String(number, radix: 16)
  return "sha256:" + String(repeating: "0", count: 64 - text.count) + text
}

private func entry(_ number: Int, _ platform: String?, type: String = manifestType) -> String {
  let parts = platform.map { $0.split(separator: "/").map(String.init) }
  let variant = parts.flatMap { $0.count > 2 ? #","variant":"\#($0[2])""# : nil } ?? ""
  let text = parts.map {
    #","platform":{"os":"\#($0[0])","architecture":"\#($0[1])"\#(variant)}"#
  }
  return #"{"mediaType":"\#(type)","digest":"\#(digest(number))","size":1\#(text ?? "")}"#
}

private func index(_ entries: [String]) throws -> ImageIndex {
  let text = #"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#
  guard case .index(let index) = try ManifestDocument(parsing: Array(text.utf8)) else {
    throw OCIError.invalid(document: "the test", reason: "no index")
  }
  return index
}

@Suite("Image indexes")
struct ImageIndexTests {
  @Test("entries for the platform come first, those that name none after them")
  func order() throws {
    let index = try index([
      entry(1, nil), entry(2, "linux/arm64"), entry(3, "linux/amd64"),
      entry(4, nil, type: indexType), entry(5, "linux/amd64/v3"), entry(6, "unknown/unknown"),
      entry(7, nil, type: "application/x-other"),
    ])
    let found = index.candidates(for: Platform(os: "linux", architecture: "amd64"))
    #expect(found.map(\.digest.description) == [3, 5, 1, 4].map(digest))
    let v3 = index.candidates(for: Platform(os: "linux", architecture: "amd64", variant: "v3"))
    #expect(v3.map(\.digest.description) == [5, 1, 4].map(digest))
    #expect(index.platforms.map(\.description) == ["linux/arm64", "linux/amd64", "linux/amd64/v3"])
  }

  @Test("attestations are never chosen, whatever platform they claim")
  func attestations() throws {
    let attestation =
      #"{"mediaType":"\#(manifestType)","digest":"\#(digest(1))","size":1,"#
      + #""platform":{"os":"linux","architecture":"amd64"},"annotations":"#
      + #"{"vnd.docker.reference.type":"attestation-manifest"}}"#
    let index = try index([attestation, entry(2, "linux/amd64")])
    let found = index.candidates(for: Platform(os: "linux", architecture: "amd64"))
    #expect(found.map(\.digest.description) == [digest(2)])
  }
}
