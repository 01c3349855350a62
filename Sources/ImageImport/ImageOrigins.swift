internal import FoundationEssentials
internal import Store

/// Where an image's names came from (firn-store(5), "What Firn puts in").
///
/// Only what a name does not say itself is recorded.
struct ImageOrigins: Hashable {
  /// Nil for a name that came from files, of which no registry knows.
  private var byName: [String: ImageOrigin?] = [:]

  /// What the catalog says; nothing where it does not make sense.
  init(of image: ImageRecord?) {
    guard let text = image?.attributes[ImageRecord.originsAttribute] else { return }
    let read = try? JSONDecoder().decode([String: ImageOrigin?].self, from: Data(text.utf8))
    byName = read ?? [:]
  }

  /// What goes into the catalog; nil for nothing.
  var attributeValue: String? {
    guard !byName.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(byName)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The origin of a name, if it is recorded or the name says it.
  func origin(of name: String) -> ImageOrigin? {
    if let recorded = byName[name] { recorded } else { ImageOrigin(impliedBy: name) }
  }

  /// Whether a name is recorded to have come from files.
  func isLocal(_ name: String) -> Bool {
    if let recorded = byName[name] { recorded == nil } else { false }
  }

  /// Records the origin of a name.
  mutating func set(_ origin: ImageOrigin, of name: String) {
    if ImageOrigin(impliedBy: name) == origin {
      byName.removeValue(forKey: name)
    } else {
      byName.updateValue(origin, forKey: name)
    }
  }

  /// Records that a name came from files.
  mutating func setLocal(_ name: String) { byName.updateValue(nil, forKey: name) }
}
