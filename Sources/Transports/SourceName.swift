internal import Failures
internal import Linux
public import OCI
public import Registry
public import SystemPackage

/// The name of an image somewhere, as people write it: `docker://REFERENCE`, `oci:PATH[:NAME]`,
/// `oci-archive:FILE[:NAME]`, `docker-archive:FILE[:NAME]`, `dir:PATH` or
/// `containers-storage:[[DRIVER@ROOT+RUN]]NAME`.
///
/// As in skopeo, a path ends at its first colon, but for that of `dir:`. Unlike skopeo and like
/// podman, a reference may stand without a transport, but only if it begins with a registry's host
/// or has an alias: Firn does not guess.
public enum SourceName: Hashable, Sendable {
  /// An image in a registry.
  case registry(Reference)
  /// An image in a file or directory; `image` chooses one of several.
  case local(TransportName, path: FilePath, image: String?)
  /// An image in the storage of podman and buildah.
  case storage(StorageName)

  /// Reads a name.
  public init(parsing text: String) throws(TransportError) {
    if ["/", "./", "../"].contains(where: text.hasPrefix) {
      throw .path(text, isDirectory: nil)
    } else if let (transport, rest) = try Self.transport(of: text) {
      self = try Self.name(transport, rest, text)
    } else if Reference.namesHost(text) {
      self = .registry(try Self.reference(text))
    } else {
      throw .shortName(text)
    }
  }

  /// Reads a name; one without a host is looked for among the aliases of registries.conf(5).
  ///
  /// - Throws: `path` also for what is a file or directory here and nothing else.
  public init(parsing text: String, options: RegistryOptions) throws(TransportError) {
    do throws(TransportError) { self = try SourceName(parsing: text) } catch {
      switch error {
      case .shortName: break
      case .path:
        throw .path(text, isDirectory: Self.isDirectory(text))
      default: throw error
      }
      if let reference = try Self.alias(text, options) {
        self = .registry(reference)
      } else if let isDirectory = Self.isDirectory(text) {
        throw .path(text, isDirectory: isDirectory)
      } else {
        throw error
      }
    }
  }

  /// Whether a path leads to a directory; nil where it leads nowhere.
  private static func isDirectory(_ text: String) -> Bool? {
    (try? FileStatus(of: FilePath(text))).map { $0.kind == .directory }
  }

  private static func alias(
    _ text: String, _ options: RegistryOptions
  ) throws(TransportError) -> Reference? {
    do { return try ShortNames(options).reference(for: text) } catch { throw .registry(error) }
  }

  /// The transport in front of the colon; nil where there is only a reference.
  ///
  /// In `host:5000/debian` the colon belongs to a port and in `debian:12` to a tag: a word before
  /// a colon is taken for a transport that does not exist if `//` or a path follows.
  private static func transport(
    of text: String
  ) throws(TransportError) -> (TransportName, String)? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let word = String(text[..<colon])
    let rest = String(text[text.index(after: colon)...])
    if let transport = TransportName(rawValue: word) {
      return (transport, rest)
    }
    let known = [
      "docker-daemon", "ostree", "sif", "tarball", "http", "https",
    ]
    // These are too long for anything else to be so like them by chance.
    let isMistyped =
      word.utf8.count > 8
      && Spelling.closest(to: word, among: TransportName.allCases.map(\.rawValue)) != nil
    if isMistyped || known.contains(word) || rest.hasPrefix("/") || rest.hasPrefix("./") {
      throw .unknownTransport(text)
    }
    return nil
  }

  private static func name(
    _ transport: TransportName, _ rest: String, _ text: String
  ) throws(TransportError) -> SourceName {
    if transport == .docker {
      guard rest.hasPrefix("//") else {
        throw .malformedName(text, reason: "two slashes must follow 'docker:'")
      }
      return .registry(try reference(String(rest.dropFirst(2))))
    }
    if transport == .storage { return .storage(try StorageName(parsing: rest)) }
    let path = transport == .directory ? rest[...] : rest.prefix { $0 != ":" }
    guard !path.isEmpty else { throw .malformedName(text, reason: "the path is missing") }
    let image = rest.dropFirst(path.count + 1)
    return .local(
      transport, path: FilePath(String(path)), image: image.isEmpty ? nil : String(image))
  }

  private static func reference(_ text: String) throws(TransportError) -> Reference {
    do { return try Reference(parsing: text) } catch { throw .content(error) }
  }
}

extension SourceName: CustomStringConvertible {
  /// The name with its transport.
  public var description: String {
    switch self {
    case .registry(let reference): "docker://\(reference)"
    case .local(let transport, let path, let image):
      "\(transport.form)\(path)\(image.map { ":\($0)" } ?? "")"
    case .storage(let name): "\(TransportName.storage.form)\(name.text)"
    }
  }
}
