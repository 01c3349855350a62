public import Digests

/// What Podman is told of one image: enough to list it without opening anything of it.
///
/// It is kept in the catalog, so that a view of thousands of images costs no request.
public struct ListedImage: Hashable, Sendable, Codable {
  /// The image id: the hex digits of the original config's digest.
  public var id: String
  /// Names as Podman knows them; see ``PodmanName``.
  public var names: [String]
  /// When the image was built, as its config says (RFC 3339).
  public var created: String
  /// The bytes of all files, shown as the size.
  public var size: UInt64
  /// The digest that stands for the one flattened layer: ours alone, never an original layer's, so
  /// that a neighbouring pull does not take an empty layer for it.
  public var rootDigest: Digest
  /// The documents kept with the image.
  public var bigData: [BigDatum]

  /// Makes a listing.
  public init(
    id: String, names: [String], created: String, size: UInt64, rootDigest: Digest,
    bigData: [BigDatum]
  ) {
    self.id = id
    self.names = names
    self.created = created
    self.size = size
    self.rootDigest = rootDigest
    self.bigData = bigData
  }

  /// The id of the image's one layer in an additional image store.
  public var layerID: String { derived("layer") }

  /// The id of the same layer with the ownership of `--userns=keep-id`.
  public var keepIDLayerID: String { derived("keep-id layer") }

  private func derived(_ purpose: String) -> String {
    SHA256Digest.of(Array("firn \(purpose) \(id)".utf8).span.bytes).hex
  }

  /// The short name of a layer under `overlay/l`: 26 characters, as containers/storage makes them.
  public static func link(ofLayer layer: String) -> String {
    let digest = SHA256Digest.of(Array("firn link \(layer)".utf8).span.bytes)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    let symbols = digest.bytes.prefix(26).map { alphabet[Int($0 & 31)] }
    return String(decoding: symbols, as: UTF8.self)
  }
}
