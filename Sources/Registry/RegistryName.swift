internal import OCI

/// What people log in to: `HOST[:PORT]`, or `HOST[:PORT]/PATH` for a part of a registry.
///
/// Docker Hub has one name, `docker.io`, whichever of its addresses is given.
public struct RegistryName: Hashable, Sendable {
  /// Host and port.
  public let host: String
  /// A repository, or what several begin with; nil for the whole registry.
  public let path: String?

  /// Reads a name; `https://` in front and a slash behind are taken off.
  public init(parsing text: String) throws(RegistryError) {
    let name = AuthFile.normalized(text.hasSuffix("/") ? String(text.dropLast()) : text)
    let path = name.firstIndex(of: "/").map { String(name[name.index(after: $0)...]) }
    host = String(name.prefix { $0 != "/" })
    self.path = path
    guard Reference.isHost(host) else {
      throw .content(
        .invalidName(text, reason: "a registry is a host name with a dot or a port"))
    }
    do {
      let reference = try Reference(parsing: "\(name)/x")
      guard reference.tag == nil, reference.digest == nil else {
        throw OCIError.invalidName(text, reason: "a registry has neither tag nor digest")
      }
    } catch { throw RegistryError(error, registry: host) }
  }

  /// A repository that the name covers, to find out how its registry is reached.
  func sample() throws(RegistryError) -> Reference {
    do { return try Reference(parsing: "\(self)/firn") } catch { throw .content(error) }
  }
}

extension RegistryName: CustomStringConvertible {
  /// The name as auth.json has it.
  public var description: String { path.map { "\(host)/\($0)" } ?? host }
}
