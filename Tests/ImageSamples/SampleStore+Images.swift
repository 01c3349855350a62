internal import AdditionalImageStore
internal import Digests
internal import OCI
internal import Synchronization

@testable internal import ImageImport
@testable public import Store
@testable internal import Transports

extension SampleStore {
  /// Links layers into an image as an import would publish it.
  ///
  /// - Parameters:
  ///   - names: The names in the store.
  ///   - label: Goes into the config: other labels make other image ids.
  ///   - command: What a container runs.
  public func publish(
    _ names: [String], label: String, layers: [LayerRecipe], command: [String] = []
  ) throws -> ImageRecord {
    var (object, contentSize) = try link(layers)
    let documents = try Self.documents(label: label, layers: layers, command: command)
    let listed = documents.complete(&object, contentSize: contentSize)
    try object.validate()
    let name = SHA256Digest.of(object.encoded().span.bytes)
    state.withLock { $0.objects[name] = object }
    return ImageRecord(
      object: name, rootIdentity: object.rootIdentity, names: names,
      digests: documents.digests, attributes: [ListedImage.attribute: listed.attributeValue],
      logicalSize: contentSize, created: documents.created)
  }

  private static func documents(
    label: String, layers: [LayerRecipe], command: [String]
  ) throws -> ImageDocuments {
    var members: [String: JSONValue] = ["Labels": ["sample": .string(label)]]
    if !command.isEmpty { members["Cmd"] = .array(command.map { .string($0) }) }
    let json: JSONValue = [
      "architecture": "amd64", "os": "linux", "created": "2024-05-06T07:08:09.123456789Z",
      "config": .object(members),
      "rootfs": [
        "type": "layers", "diff_ids": .array(layers.map { .string($0.diffID.description) }),
      ],
    ]
    let config = document(json.bytes, .ociConfig)
    let manifest = document(Array("{\"made up for\":\"\(label)\"}".utf8), .ociManifest)
    return ImageDocuments(
      ResolvedImage(
        manifest: manifest, indexes: [], configDocument: config, config: try ImageConfig(json),
        layers: [], names: [], platform: nil))
  }

  private static func document(_ bytes: [UInt8], _ type: MediaType) -> ImageDocument {
    ImageDocument(bytes: bytes, digest: .of(bytes.span.bytes), mediaType: type)
  }

  /// A catalog of a generation with these images.
  ///
  /// - Parameter base: What it follows; image numbers go on from there.
  public func catalog(
    _ images: [ImageRecord], generation: UInt64 = 1, after base: Catalog = Catalog()
  ) throws(StoreError) -> Catalog {
    var catalog = base.adding(packs: [PackRecord(id: pack, size: 1 << 20)])
    for image in images { catalog = try catalog.adding(image, using: [pack]) }
    return catalog.stamped(generation)
  }
}

extension Catalog {
  /// The catalog as if it were published as a generation.
  public func stamped(_ generation: UInt64) -> Catalog {
    var result = self
    result.generation = generation
    result.operation = Operation(
      text: "sample", writer: "test@host", time: Int64(generation) * 1000, token: "0")
    for index in result.images.indices where result.images[index].imported == 0 {
      result.images[index].imported = Int64(generation) * 1000
    }
    return result
  }
}
