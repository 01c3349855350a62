internal import FoundationEssentials

extension ListedImage {
  /// The name of the catalog attribute that holds a listing.
  public static let attribute = "podman"

  /// The listing without its names, as text for the catalog; names may change, the rest never.
  public var attributeValue: String {
    var nameless = self
    nameless.names = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(nameless) else {
      preconditionFailure("strings and numbers can always be encoded")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads a listing from the catalog and gives it the names the image has now in the store.
  ///
  /// - Returns: nil for text that is no listing.
  public init?(attributeValue: String, names: [String]) {
    let data = Data(attributeValue.utf8)
    guard var listed = try? JSONDecoder().decode(ListedImage.self, from: data) else { return nil }
    listed.names = names.map(PodmanName.full)
    self = listed
  }
}
