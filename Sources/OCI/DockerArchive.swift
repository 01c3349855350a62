/// The values of the archives that `docker save` and `podman save` write.
///
/// There is no specification; this follows Docker's `image/tarexport` and containers/image's
/// `docker/internal/tarfile`.
public enum DockerArchive {
  /// The name of the member that lists the archive's images.
  public static let manifestName = "manifest.json"

  /// One image of an archive.
  public struct Image: Hashable, Sendable {
    /// The name of the member that holds the configuration.
    public let configName: String
    /// The names of the image, such as `docker.io/library/debian:12`; there may be none.
    public let names: [String]
    /// The names of the members that hold the layers, lowest first.
    ///
    /// A member may be a symbolic link, and occur several times.
    public let layerNames: [String]

    /// Makes a value from its parts.
    public init(configName: String, names: [String], layerNames: [String]) {
      self.configName = configName
      self.names = names
      self.layerNames = layerNames
    }
  }

  /// Reads the bytes of ``manifestName``.
  public static func images(parsing bytes: [UInt8]) throws(OCIError) -> [Image] {
    guard bytes.count <= Manifest.sizeLimit else {
      throw .tooLarge(
        document: name, size: UInt64(bytes.count), limit: UInt64(Manifest.sizeLimit))
    }
    guard let elements = try JSONValue(parsing: bytes).array else {
      throw .invalid(document: name, reason: "it is not a list")
    }
    var images: [Image] = []
    for element in elements { images.append(try image(element)) }
    return images
  }

  private static let name = "the archive's manifest.json"

  private static func image(_ json: JSONValue) throws(OCIError) -> Image {
    guard let config = json["Config"]?.string, !config.isEmpty else {
      throw .invalid(document: name, reason: "an image has no Config")
    }
    func strings(_ field: String) throws(OCIError) -> [String] {
      let elements = try json.list(field, in: name)
      let texts = elements.compactMap(\.string)
      guard texts.count == elements.count else {
        throw .invalid(document: name, reason: "\(field) holds something that is no string")
      }
      return texts
    }
    return Image(
      configName: config, names: try strings("RepoTags"), layerNames: try strings("Layers"))
  }
}
