import Digests
import OCI
import Testing

@Suite("Image layouts")
struct ImageLayoutTests {
  private let index = Array(
    #"""
    {"schemaVersion":2,"manifests":[
     {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(someDigest)","size":1,
      "annotations":{"org.opencontainers.image.ref.name":"a"}},
     {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(otherDigest)","size":1}]}
    """#.utf8)

  @Test("entries are chosen by name or digest")
  func entries() throws {
    let index = try ImageLayout.index(parsing: index)
    #expect(index.entries(named: nil).count == 2)
    #expect(index.entries(named: "a").map(\.digest.description) == [someDigest])
    #expect(index.entries(named: otherDigest).map(\.digest.description) == [otherDigest])
    #expect(index.entries(named: "b").isEmpty)
    #expect(index.names == ["a"])
  }

  @Test("a blob's path is made of its digest")
  func path() throws {
    let digest = try Digest(validating: someDigest)
    #expect(ImageLayout.blobPath(digest) == "blobs/sha256/\(digest.hex)")
  }

  @Test("only version 1 of the layout is read")
  func marker() throws {
    try ImageLayout.checkMarker(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    for text in [#"{"imageLayoutVersion":"2.0.0"}"#, "{}", ""] {
      #expect(throws: OCIError.self) { try ImageLayout.checkMarker(Array(text.utf8)) }
    }
  }
}

@Suite("Docker archives")
struct DockerArchiveTests {
  @Test("manifest.json is read")
  func images() throws {
    let text =
      #"[{"Config":"c.json","RepoTags":["a:b"],"Layers":["1.tar","2/layer.tar"],"X":1},"#
      + #"{"Config":"d.json","RepoTags":null,"Layers":null}]"#
    let images = try DockerArchive.images(parsing: Array(text.utf8))
    #expect(
      images == [
        DockerArchive.Image(
          configName: "c.json", names: ["a:b"], layerNames: ["1.tar", "2/layer.tar"]),
        DockerArchive.Image(configName: "d.json", names: [], layerNames: []),
      ])
  }

  @Test(
    "what is no list of images is refused",
    arguments: [
      "{}", "[{}]", "[1]", #"[{"Config":""}]"#, #"[{"Config":"c","Layers":[1]}]"#, "",
    ])
  func refused(text: String) {
    #expect(throws: OCIError.self) { try DockerArchive.images(parsing: Array(text.utf8)) }
  }
}
