internal import Digests
internal import FoundationEssentials

/// The JSON and lock files of an additional image store as one user must see it.
///
/// A pure function of the images and the user's mapping: the same input gives the same bytes, so
/// that every node and every restart shows the same files. Field names are those of
/// containers/storage (`images.go`, `layers.go`).
public struct ViewDocuments: Sendable {
  /// `overlay-images/images.json`.
  public let images: [UInt8]
  /// `overlay-layers/layers.json`.
  public let layers: [UInt8]
  /// `images.lock` and `layers.lock`: 64 bytes that change when the documents do.
  public let cookie: [UInt8]

  /// Writes the documents.
  ///
  /// - Parameters:
  ///   - listed: The images the user may see. A name that two of them have is given to the first
  ///     only: Podman fails in every command when it finds one twice.
  ///   - keepID: The mappings of a keep-id layer for users and groups, where the user can have one.
  public init(listing listed: [ListedImage], keepID: (users: [IDRange], groups: [IDRange])?) {
    var taken: Set<String> = []
    var imageRecords: [ImageRecord] = []
    var layerRecords: [LayerRecord] = []
    for image in listed {
      let names = image.names.filter { taken.insert($0).inserted }
      imageRecords.append(ImageRecord(image, names: names, hasKeepID: keepID != nil))
      layerRecords.append(LayerRecord(image, id: image.layerID, mapping: nil))
      if let keepID {
        layerRecords.append(LayerRecord(image, id: image.keepIDLayerID, mapping: keepID))
      }
    }
    images = Self.encode(imageRecords)
    layers = Self.encode(layerRecords)
    let digest = SHA256Digest.of((images + layers).span.bytes)
    cookie = Array(digest.hex.utf8)
  }

  private static func encode(_ records: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(records) else {
      preconditionFailure("records of strings and numbers can always be encoded")
    }
    return Array(data)
  }
}

private struct ImageRecord: Encodable {
  let id: String
  let digest: String?
  let names: [String]
  let layer: String
  let mappedLayers: [String]?
  let bigDataNames: [String]
  let bigDataSizes: [String: Int]
  let bigDataDigests: [String: String]
  let created: String

  enum CodingKeys: String, CodingKey {
    case id, digest, names, layer, created
    case mappedLayers = "mapped-layers"
    case bigDataNames = "big-data-names"
    case bigDataSizes = "big-data-sizes"
    case bigDataDigests = "big-data-digests"
  }

  init(_ image: ListedImage, names: [String], hasKeepID: Bool) {
    id = image.id
    digest = image.bigData.first { $0.key == DataKey.manifest }?.digest.description
    self.names = names
    layer = image.layerID
    mappedLayers = hasKeepID ? [image.keepIDLayerID] : nil
    bigDataNames = image.bigData.map(\.key)
    bigDataSizes = Dictionary(image.bigData.map { ($0.key, $0.size) }) { first, _ in first }
    bigDataDigests = Dictionary(image.bigData.map { ($0.key, $0.digest.description) }) {
      first, _ in first
    }
    created = image.created
  }
}

private struct LayerRecord: Encodable {
  struct Range: Encodable {
    let containerID: UInt32
    let hostID: UInt32
    let size: UInt32

    enum CodingKeys: String, CodingKey {
      case size
      case containerID = "container_id"
      case hostID = "host_id"
    }

    init(_ range: IDRange) {
      containerID = range.inside
      hostID = range.outside
      size = range.count
    }
  }

  let id: String
  let created: String
  let diffDigest: String
  let diffSize: UInt64
  let uidMap: [Range]?
  let gidMap: [Range]?

  enum CodingKeys: String, CodingKey {
    case id, created
    case diffDigest = "diff-digest"
    case diffSize = "diff-size"
    case uidMap = "uidmap"
    case gidMap = "gidmap"
  }

  init(_ image: ListedImage, id: String, mapping: (users: [IDRange], groups: [IDRange])?) {
    self.id = id
    created = image.created
    diffDigest = image.rootDigest.description
    // Podman adds up the sizes of all layers it finds for an image: the same files count once.
    diffSize = mapping == nil ? image.size : 0
    uidMap = mapping?.users.map(Range.init)
    gidMap = mapping?.groups.map(Range.init)
  }
}
