import Digests
import OCI
import Testing

private let original = #"""
  {"architecture":"amd64","os":"linux","variant":"v1","created":"2024-01-02T03:04:05.678Z",
   "docker_version":"20.10","container_config":{"Cmd":["x"]},"parent":"p",
   "config":{"Env":["A=b"],"Healthcheck":{"Interval":30000000000},"OnBuild":["RUN x"],
   "Labels":{"l":"v"},"Entrypoint":null},
   "rootfs":{"type":"layers","diff_ids":["\#(someDigest)","\#(otherDigest)"],"x":1},
   "history":[{"created":"2024-01-01T00:00:00Z","created_by":"a"},
              {"created_by":"b","empty_layer":true},{"created_by":"c"}]}
  """#

@Suite("Image configurations")
struct ImageConfigTests {
  @Test("the typed view shows the fields of the specification")
  func view() throws {
    let config = try ImageConfig(parsing: Array(original.utf8))
    #expect(config.platform?.description == "linux/amd64/v1")
    #expect(config.created == "2024-01-02T03:04:05.678Z")
    #expect(config.diffIDs.map(\.description) == [someDigest, otherDigest])
    #expect(config.history.map(\.isEmptyLayer) == [false, true, false])
    #expect(config.history.map(\.createdBy) == ["a", "b", "c"])
    #expect(config.labels == ["l": "v"])
    #expect(config.config["Env"]?.array?.map(\.string) == ["A=b"])
  }

  @Test("flattening changes diff IDs and history and nothing else")
  func flattened() throws {
    let config = try ImageConfig(parsing: Array(original.utf8))
    let diffID = try Digest(validating: "sha256:" + String(repeating: "12", count: 32))
    let bytes = config.flattened(diffID: diffID)
    #expect(bytes == config.flattened(diffID: diffID))
    let flat = try ImageConfig(parsing: bytes)
    #expect(flat.diffIDs == [diffID])
    #expect(flat.history.count == 1)
    #expect(flat.history[0].isEmptyLayer == false)
    #expect(flat.history[0].created == "2024-01-02T03:04:05.678Z")
    var expected = try JSONValue(parsing: original)
    expected["history"] = flat.json["history"]
    var rootfs = try #require(expected["rootfs"])
    rootfs["diff_ids"] = [.string(diffID.description)]
    expected["rootfs"] = rootfs
    #expect(flat.json == expected)
    #expect(flat.json["rootfs"]?["x"]?.int == 1)
    #expect(flat.json["config"]?.object?["Entrypoint"] == .null)
  }

  @Test("an image without history, layers and creation time can be flattened")
  func bare() throws {
    let config = try ImageConfig(["rootfs": ["type": "layers", "diff_ids": .null]])
    #expect(config.diffIDs.isEmpty)
    #expect(config.platform == nil)
    let flat = try ImageConfig(parsing: config.flattened(diffID: Digest(validating: someDigest)))
    #expect(flat.history.count == 1)
    #expect(flat.history[0].created == nil)
  }

  @Test(
    "configurations without layers to name are refused",
    arguments: [
      "[]", "{}", #"{"rootfs":{"type":"tree"}}"#, #"{"rootfs":{"type":"layers","diff_ids":[1]}}"#,
      #"{"rootfs":{"type":"layers","diff_ids":["sha256:x"]}}"#,
    ])
  func refused(text: String) {
    #expect(throws: OCIError.self) { try ImageConfig(parsing: Array(text.utf8)) }
  }
}
