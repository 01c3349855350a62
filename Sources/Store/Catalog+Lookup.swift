extension Catalog {
  /// The images, and the retired images that are not condemned: what they count on is live and
  /// stays (firn-store(7), C1).
  public var keptImages: [ImageRecord] {
    images + retired.filter { $0.condemned == nil }.map(\.image)
  }

  /// The fewest digits of an id that may stand for it.
  public static let shortestPrefix = 4

  /// The image that a text means: a name, an id, at least four first digits of an id that no other
  /// image shares, a digest `ALGORITHM:HEX`, or a digest after a name and `@`.
  ///
  /// A name wins over an id, an id over a digest. What is before an `@` is not looked at.
  /// - Throws: `imageNotFound`, or `ambiguous` with the ids of all images that are meant.
  public func image(_ reference: String) throws(StoreError) -> ImageRecord {
    if let named = images.first(where: { $0.names.contains(reference) }) { return named }
    let text = reference.split(separator: "@", maxSplits: 1).last.map(String.init) ?? reference
    if let exact = images.first(where: { $0.id == text || $0.digests.first == text }) {
      return exact
    }
    let found = images.filter { Self.means($0, text) }
    guard let first = found.first else { throw .imageNotFound(reference) }
    guard found.count == 1 else { throw .ambiguous(reference, found.map(\.id)) }
    return first
  }

  private static func means(_ image: ImageRecord, _ text: String) -> Bool {
    if text.contains(":") { return image.digests.contains(text) }
    return text.utf8.count >= shortestPrefix && text.utf8.allSatisfy(ImageName.isHexadecimal)
      && image.id.hasPrefix(text)
  }
}
