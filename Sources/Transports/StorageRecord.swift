internal import Digests
internal import OCI

/// What the lists of a storage say of its images and layers (containers/storage, `images.go` and
/// `layers.go`).
enum StorageRecord {
  /// An image: a record of `images.json`.
  struct Image: Sendable {
    let id: String
    let names: [String]
    /// The uppermost layer; nil for an image without layers.
    let layer: String?
    /// The digests of the documents, by their keys.
    let documents: [String: Digest]

    /// The digests by which the image can be asked for.
    var manifestDigests: [Digest] {
      documents.filter { $0.key.hasPrefix("manifest") }.map(\.value)
    }
  }

  /// A layer: a record of `layers.json`.
  struct Layer: Sendable {
    let id: String
    let parent: String?
    /// The digest of the uncompressed tar that the layer was made of; nil where none is known.
    let diffID: Digest?
    /// The size of that tar in bytes.
    let size: UInt64?
    /// Whether the layer is still being written, or never was completely.
    let isIncomplete: Bool
  }

  /// Reads `images.json`.
  static func images(parsing bytes: [UInt8]) throws(OCIError) -> [Image] {
    var images: [Image] = []
    for json in try records(bytes, "images.json") {
      var documents: [String: Digest] = [:]
      for (key, value) in json["big-data-digests"]?.object ?? [:] {
        documents[key] = value.string.flatMap { try? Digest(validating: $0) }
      }
      images.append(
        Image(
          id: try id(json, "images.json"),
          names: (json["names"]?.array ?? []).compactMap(\.string),
          layer: json["layer"]?.string.flatMap { $0.isEmpty ? nil : $0 }, documents: documents))
    }
    return images
  }

  /// Reads `layers.json`.
  static func layers(parsing bytes: [UInt8]) throws(OCIError) -> [Layer] {
    var layers: [Layer] = []
    for json in try records(bytes, "layers.json") {
      layers.append(
        Layer(
          id: try id(json, "layers.json"),
          parent: json["parent"]?.string.flatMap { $0.isEmpty ? nil : $0 },
          diffID: json["diff-digest"]?.string.flatMap { try? Digest(validating: $0) },
          size: json["diff-size"]?.int.flatMap { UInt64(exactly: $0) },
          isIncomplete: json["flags"]?["incomplete"]?.bool ?? false))
    }
    return layers
  }

  /// Whether a text has nothing but lower-case hexadecimal digits.
  static func isHexadecimal(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
  }

  private static func records(
    _ bytes: [UInt8], _ name: String
  ) throws(OCIError) -> [JSONValue] {
    let json = try JSONValue(parsing: bytes)
    if json.isNull { return [] }
    guard let records = json.array else {
      throw .invalid(document: "the storage's \(name)", reason: "it is not a list")
    }
    return records
  }

  /// An id becomes part of paths, so it must be a single component.
  private static func id(_ json: JSONValue, _ name: String) throws(OCIError) -> String {
    guard let id = json["id"]?.string, !id.isEmpty, id != ".", id != "..",
      !id.utf8.contains(UInt8(ascii: "/")), !id.utf8.contains(0)
    else {
      throw .invalid(
        document: "the storage's \(name)", reason: "a record has no id that can be a file's name")
    }
    return id
  }
}
