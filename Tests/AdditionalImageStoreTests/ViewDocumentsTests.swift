import AdditionalImageStore
import Digests
import Foundation
import Testing

@Suite("The documents of a view")
struct ViewDocumentsTests {
  static func image(_ character: Character, names: [String]) throws -> ListedImage {
    let digest = try Digest(validating: "sha256:" + String(repeating: character, count: 64))
    return ListedImage(
      id: digest.hex, names: names, created: "2026-01-02T03:04:05Z", size: 42, rootDigest: digest,
      bigData: [BigDatum(key: "manifest", document: "m", digest: digest, size: 7)])
  }

  func records(_ bytes: [UInt8]) throws -> [[String: Any]] {
    try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
  }

  @Test("an image and its layer are listed with the fields Podman needs")
  func fields() throws {
    let image = try Self.image("a", names: ["localhost/x:1"])
    let documents = ViewDocuments(listing: [image], keepID: nil)
    let record = try #require(try records(documents.images).first)
    #expect(record["id"] as? String == image.id)
    #expect(record["layer"] as? String == image.layerID)
    #expect(record["names"] as? [String] == ["localhost/x:1"])
    #expect(record["digest"] as? String == "sha256:\(image.id)")
    #expect(record["big-data-digests"] as? [String: String] == ["manifest": "sha256:\(image.id)"])
    #expect(record["mapped-layers"] == nil)
    let layer = try #require(try records(documents.layers).first)
    #expect(layer["id"] as? String == image.layerID)
    #expect(layer["diff-digest"] as? String == image.rootDigest.description)
    #expect(layer["diff-size"] as? Int == 42)
    #expect(layer["uidmap"] == nil)
  }

  @Test("a keep-id layer is a second layer with its maps, named by the image")
  func keepID() throws {
    let image = try Self.image("b", names: [])
    let range = IDRange(inside: 0, outside: 1, count: 1000)
    let documents = ViewDocuments(listing: [image], keepID: ([range], [range]))
    #expect(
      try records(documents.images).first?["mapped-layers"] as? [String] == [image.keepIDLayerID])
    let layers = try records(documents.layers)
    #expect(layers.map { $0["id"] as? String } == [image.layerID, image.keepIDLayerID])
    let map = try #require(layers[1]["uidmap"] as? [[String: Int]])
    #expect(map == [["container_id": 0, "host_id": 1, "size": 1000]])
  }

  @Test("a name that two images have is given to the first only")
  func namesAreUnique() throws {
    let first = try Self.image("a", names: ["localhost/x:1", "localhost/y:1"])
    let second = try Self.image("b", names: ["localhost/x:1", "localhost/z:1"])
    let names = try records(ViewDocuments(listing: [first, second], keepID: nil).images)
      .map { $0["names"] as? [String] }
    #expect(names == [["localhost/x:1", "localhost/y:1"], ["localhost/z:1"]])
  }

  @Test("the cookie is 64 bytes, changes with the documents and only with them")
  func cookie() throws {
    let first = try Self.image("a", names: ["localhost/x:1"])
    let second = try Self.image("a", names: ["localhost/x:2"])
    let documents = ViewDocuments(listing: [first], keepID: nil)
    #expect(documents.cookie.count == 64)
    #expect(documents.cookie == ViewDocuments(listing: [first], keepID: nil).cookie)
    #expect(documents.cookie != ViewDocuments(listing: [second], keepID: nil).cookie)
  }

  @Test("no image at all is still a valid pair of documents")
  func empty() {
    let documents = ViewDocuments(listing: [], keepID: nil)
    #expect(documents.images == Array("[]".utf8))
    #expect(documents.layers == Array("[]".utf8))
  }

  @Test("layer ids and links are distinct and of the right form")
  func identifiers() throws {
    let image = try Self.image("c", names: [])
    #expect(image.layerID.count == 64 && image.keepIDLayerID.count == 64)
    #expect(image.layerID != image.keepIDLayerID)
    let link = ListedImage.link(ofLayer: image.layerID)
    #expect(link.count == 26)
    #expect(link.allSatisfy { $0.isUppercase || $0.isNumber })
    #expect(link != ListedImage.link(ofLayer: image.keepIDLayerID))
  }
}
