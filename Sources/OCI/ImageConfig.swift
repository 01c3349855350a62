public import Digests
internal import Failures

/// The configuration of an image (OCI image specification, "Image Configuration"): a typed view
/// over the whole document, of which nothing is lost.
public struct ImageConfig: Hashable, Sendable {
  /// One step of an image's history.
  public struct HistoryEntry: Hashable, Sendable {
    /// When the step was made, as RFC 3339 text.
    public let created: String?
    /// The command that made it.
    public let createdBy: String?
    /// Whether the step made no layer.
    public let isEmptyLayer: Bool
  }

  /// The whole document.
  public let json: JSONValue
  /// The digests of the uncompressed layers, lowest first.
  public let diffIDs: [Digest]
  /// The steps that made the image, oldest first; empty when the image has no history.
  public let history: [HistoryEntry]

  /// Reads a configuration of at most 4 MiB.
  public init(parsing bytes: [UInt8]) throws(OCIError) {
    guard bytes.count <= Manifest.sizeLimit else {
      throw .tooLarge(
        document: Self.name, size: UInt64(bytes.count), limit: UInt64(Manifest.sizeLimit))
    }
    try self.init(JSONValue(parsing: bytes))
  }

  /// Reads a configuration.
  public init(_ json: JSONValue) throws(OCIError) {
    guard json.object != nil else {
      throw .invalid(document: Self.name, reason: "it is not an object")
    }
    guard let rootfs = json["rootfs"], rootfs["type"]?.string == "layers" else {
      throw .invalid(document: Self.name, reason: "its rootfs is not of type 'layers'")
    }
    self.json = json
    var diffIDs: [Digest] = []
    for element in try rootfs.list("diff_ids", in: Self.name) {
      diffIDs.append(try Self.diffID(element))
    }
    self.diffIDs = diffIDs
    history = (json["history"]?.array ?? []).map { entry in
      HistoryEntry(
        created: entry["created"]?.string, createdBy: entry["created_by"]?.string,
        isEmptyLayer: entry["empty_layer"]?.bool ?? false)
    }
  }

  private static let name = "the image configuration"

  private static func diffID(_ element: JSONValue) throws(OCIError) -> Digest {
    guard let text = element.string else {
      throw .invalid(document: name, reason: "a diff ID is not a string")
    }
    do { return try Digest(validating: text) } catch {
      throw .invalid(document: name, reason: error.failure.reason)
    }
  }
}

extension ImageConfig {
  /// When the image was made, as RFC 3339 text.
  public var created: String? { json["created"]?.string }

  /// What the image is for; nil when the document does not say.
  public var platform: Platform? {
    guard let os = json["os"]?.string, let architecture = json["architecture"]?.string,
      !os.isEmpty, !architecture.isEmpty
    else { return nil }
    return Platform(os: os, architecture: architecture, variant: json["variant"]?.string)
  }

  /// How to run the image: the member `config`, an empty object where there is none.
  public var config: JSONValue { json["config"] ?? .object([:]) }

  /// The labels of the image.
  public var labels: [String: String] {
    (config["Labels"]?.object ?? [:]).compactMapValues(\.string)
  }
}
