internal import Digests
internal import OCI
public import SystemPackage

/// The name of an image in the storage of podman and buildah, without the transport:
/// `[[DRIVER@]ROOT[+RUN]]NAME`, where the outer brackets are part of the text and may be left out
/// (containers-transports(5)).
///
/// NAME is a reference, or `@` and an image id or the beginning of one. A reference without a
/// registry is one of `localhost`, where `podman build` puts images, or else one of `docker.io`.
public struct StorageName: Hashable, Sendable {
  /// What to look an image up by.
  enum Choice: Hashable, Sendable {
    /// By one of these names, the first that is there.
    case names([String])
    /// By a manifest's or index's digest, among the images of one of these repositories.
    case digest(Digest, repositories: [String])
    /// By the first digits of its id.
    case id(String)
  }

  /// The text that was read.
  public let text: String
  /// The storage driver; nil where the name does not say.
  public let driver: String?
  /// The storage's graph root; nil for the one that is configured.
  public let root: FilePath?
  let choice: Choice

  /// The fewest digits of an id, as in containers/storage.
  private static let fewestDigits = 3

  /// Reads a name without its transport.
  public init(parsing text: String) throws(TransportError) {
    self.text = text
    var image = Substring(text)
    var driver: String?
    var root: FilePath?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else {
        throw Self.malformed(text, "the bracket is not closed")
      }
      let place = text[text.index(after: text.startIndex)..<end]
      (driver, root) = try Self.place(place, of: text)
      image = text[text.index(after: end)...]
    }
    self.driver = driver
    self.root = root
    choice = try Self.choice(String(image), of: text)
  }

  /// Reads `[DRIVER@]ROOT[+RUN][:OPTIONS]`; Firn needs neither the run root nor options.
  private static func place(
    _ place: Substring, of text: String
  ) throws(TransportError) -> (driver: String?, root: FilePath?) {
    var rest = place
    var driver: String?
    if let at = rest.firstIndex(of: "@") {
      driver = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    let root = FilePath(String(rest.prefix { $0 != ":" && $0 != "+" }))
    guard driver != "" else { throw malformed(text, "the driver is missing before '@'") }
    if let driver, !StorageDirectory.drivers.contains(driver) {
      let known = StorageDirectory.drivers.joined(separator: " and ")
      throw malformed(text, "Firn reads storage of the drivers \(known) only")
    }
    guard root.isAbsolute else {
      throw malformed(text, "the path of the storage does not begin with '/'")
    }
    return (driver, root)
  }

  private static func choice(
    _ image: String, of text: String
  ) throws(TransportError) -> Choice {
    guard !image.isEmpty else { throw malformed(text, "the image is missing") }
    if image.hasPrefix("@") {
      let id = String(image.dropFirst())
      guard id.utf8.count >= fewestDigits, StorageRecord.isHexadecimal(id) else {
        throw malformed(text, "an image id has at least \(fewestDigits) hexadecimal digits")
      }
      return .id(id)
    }
    let texts = Reference.namesHost(image) ? [image] : ["localhost/\(image)", image]
    var references: [Reference] = []
    for text in texts {
      do { references.append(try Reference(parsing: text)) } catch { throw .content(error) }
    }
    if let digest = references.first?.digest {
      return .digest(digest, repositories: references.map(\.name))
    }
    return .names(references.map(\.imageName))
  }

  private static func malformed(_ text: String, _ reason: String) -> TransportError {
    .malformedName("\(TransportName.storage.form)\(text)", reason: reason)
  }
}
