import AdditionalImageStore
import Digests
import ImageSamples
import OCI
import Store
import Testing
import Transports

@testable import ImageImport

@Suite("The documents of an image")
struct ImageDocumentsTests {
  private func documents(_ created: String) throws -> ImageDocuments {
    ImageDocuments(try StubSource([], created: created).image)
  }

  @Test(
    "give the time of creation, however it is written",
    arguments: [
      ("2024-01-02T03:04:05Z", 1_704_164_645), ("2024-01-02T03:04:05.123456789Z", 1_704_164_645),
      ("2024-01-02T03:04:05.9Z", 1_704_164_645), ("2024-01-02T05:04:05+02:00", 1_704_164_645),
      ("2024-01-01T22:04:05.5-05:00", 1_704_164_645), ("1970-01-01T00:00:00Z", 0),
      ("1969-12-31T23:59:59.5Z", -1),
      ("", 0), ("yesterday", 0), ("2024-13-45T99:99:99Z", 0),
    ] as [(String, Int64)])
  func created(text: String, expected: Int64) throws {
    #expect(try documents(text).created == expected)
  }

  @Test(
    "show the time of creation as it was written, also the one that stands for none",
    arguments: ["2024-01-02T03:04:05Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
  func listedTime(text: String) throws {
    var object = try SampleStore().image([])
    #expect(try documents(text).complete(&object, contentSize: 0).created == text)
  }

  @Test("are kept as they were, beside those of the one flattened layer")
  func kept() throws {
    let store = try SampleStore()
    var object = try store.image([SampleMember("a", .file([1]))])
    let source = try StubSource([], label: "x")
    let listed = ImageDocuments(source.image).complete(&object, contentSize: 1)
    #expect(object.documents[DocumentName.config] == source.image.configDocument.bytes)
    #expect(object.documents[DocumentName.manifest] == source.image.manifest.bytes)
    #expect(object.documents[DocumentName.index] == nil)
    for datum in listed.bigData {
      let bytes = try #require(object.documents[datum.document])
      #expect(bytes.count == datum.size)
      #expect(Digest.of(bytes.span.bytes) == datum.digest)
    }
    #expect(Set(listed.bigData.map(\.key)).count == listed.bigData.count)
    #expect(listed.id == source.image.configDocument.digest.hex)
    let flat = try #require(object.documents[DocumentName.flattenedConfig])
    let config = try ImageConfig(parsing: flat)
    #expect(config.diffIDs == [listed.rootDigest])
    #expect(config.labels == ["label": "x"], "everything else is kept")
    #expect(config.json["config"]?["Cmd"] == ["/bin/sh"])
  }

  @Test("name the image by all their digests, the config's first")
  func digests() throws {
    let image = try StubSource([]).image
    let documents = ImageDocuments(image)
    #expect(
      documents.digests == ["\(image.configDocument.digest)", "\(image.manifest.digest)"])
    #expect(documents.id == image.configDocument.digest.hex)
  }
}
