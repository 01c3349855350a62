internal import OCI

/// What people log in to: `HOST[:PORT]`, or `HOST[:PORT]/PATH` for a part of a registry.
///
/// Docker Hub has one name, `docker.io`, whichever of its addresses is given. Hosts are in lower
/// case whatever was given.
public struct RegistryName: Hashable, Sendable {
  /// Host and port.
  public let host: String
  /// A repository, or what several begin with; nil for the whole registry.
  public let path: String?

  /// Reads a name; `https://` or `docker://` in front and a slash behind are taken off.
  ///
  /// - Throws: `RegistryError.content`, which shows the text as it was given.
  public init(parsing text: String) throws(RegistryError) {
    guard !text.hasSuffix("://") else { throw Self.failure(text, "the registry is missing") }
    let given = text.hasPrefix("docker://") ? "https://\(text.dropFirst(9))" : text
    let name = AuthFile.normalized(given.hasSuffix("/") ? String(given.dropLast()) : given)
    let path = name.firstIndex(of: "/").map { String(name[name.index(after: $0)...]) }
    host = String(name.prefix { $0 != "/" })
    self.path = path
    guard Reference.isHost(host) else {
      throw Self.failure(text, "a registry is a host name with a dot or a port")
    }
    do {
      let reference = try Reference(parsing: "\(name)/x")
      guard reference.tag == nil, reference.digest == nil else {
        throw OCIError.invalidName(text, reason: "a registry has neither tag nor digest")
      }
    } catch OCIError.invalidName(_, let reason) {
      throw Self.failure(text, reason)
    } catch { throw RegistryError(error, registry: host) }
  }

  private static func failure(_ text: String, _ reason: String) -> RegistryError {
    .content(.invalidName(text, reason: reason))
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
