public import Digests
internal import Failures

/// The name of an image in a registry: `HOST[:PORT]/PATH[:TAG][@DIGEST]`, with Docker's defaults
/// filled in (the grammar is that of the OCI distribution specification and of
/// `distribution/reference`).
///
/// The first component is a host only if it has a `.` or `:` or is `localhost`; otherwise the
/// host is `docker.io`, where a path of one component begins with `library/`. Hosts are in lower
/// case whatever was given. Where there are a
/// tag and a digest, the digest decides and the tag is only a name.
public struct Reference: Hashable, Sendable {
  /// The registry, with its port if it has one, such as `docker.io` or `localhost:5000`.
  public let host: String
  /// The repository in the registry, such as `library/debian`.
  public let path: String
  /// The tag, if one was given.
  public let tag: String?
  /// The digest, if one was given.
  public let digest: Digest?

  /// Makes a reference of parts that are known to be well formed.
  init(host: String, path: String, tag: String?, digest: Digest?) {
    self.host = host
    self.path = path
    self.tag = tag
    self.digest = digest
  }

  /// Reads a reference without a transport.
  public init(parsing text: String) throws(OCIError) {
    var rest = Substring(text)
    var digest: Digest?
    if let at = rest.lastIndex(of: "@") {
      do { digest = try Digest(validating: String(rest[rest.index(after: at)...])) } catch {
        throw .invalidName(text, reason: error.failure.reason)
      }
      rest = rest[..<at]
    }
    var tag: String?
    let nameStart = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
    if let colon = rest[nameStart...].firstIndex(of: ":") {
      tag = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    let (host, path) = Self.split(rest)
    try Self.check(host: host, path: path, tag: tag, of: text)
    self.init(host: host, path: path, tag: tag, digest: digest)
  }

  private static func split(_ name: Substring) -> (host: String, path: String) {
    guard let slash = name.firstIndex(of: "/"), isHost(name[..<slash]) else {
      let path = name.contains("/") ? String(name) : "library/\(name)"
      return (dockerHub, path)
    }
    // DNS does not tell cases apart, and neither may what blocks a registry by its name.
    let host = name[..<slash].lowercased()
    let path = String(name[name.index(after: slash)...])
    guard host == dockerHub || host == "index.docker.io" else { return (host, path) }
    return (dockerHub, path.contains("/") ? path : "library/\(path)")
  }
}

extension Reference {
  /// The host of Docker Hub in references.
  public static let dockerHub = "docker.io"

  /// Whether a first component can only be a host.
  public static func isHost(_ component: some StringProtocol) -> Bool {
    component == "localhost" || component.contains(".") || component.contains(":")
  }

  /// Whether a text names its registry itself, so that nobody has to guess one.
  public static func namesHost(_ text: String) -> Bool {
    guard let slash = text.firstIndex(of: "/") else { return false }
    return isHost(text[..<slash])
  }

  /// Host and path, without tag and digest.
  public var name: String { "\(host)/\(path)" }

  /// The host alone; an IPv6 address stays in brackets.
  public var hostWithoutPort: String {
    guard !host.hasSuffix("]"), let colon = host.lastIndex(of: ":") else { return host }
    return String(host[..<colon])
  }

  /// The host and port to connect to: `registry-1.docker.io` for `docker.io`.
  public var registryHost: String {
    host == Self.dockerHub ? "registry-1.docker.io" : host
  }

  /// What to ask the registry for: the digest if there is one, else the tag, else `latest`.
  public var selector: String { digest?.description ?? tag ?? "latest" }

  /// The name an image gets when nobody gives it another: `HOST/PATH:TAG`, with `latest` where
  /// there is neither tag nor digest, or `HOST/PATH@DIGEST` where there is only a digest.
  public var imageName: String {
    if let tag { return "\(name):\(tag)" }
    if let digest { return "\(name)@\(digest)" }
    return "\(name):latest"
  }

  /// Host, path and tag, without a digest: `latest` where there is no tag.
  public var taggedName: String { "\(name):\(tag ?? "latest")" }

  /// The same image elsewhere: another host and path, the same tag and digest.
  public func moved(toHost host: String, path: String) throws(OCIError) -> Reference {
    try Self.check(host: host, path: path, tag: tag, of: "\(host)/\(path)")
    return Reference(host: host, path: path, tag: tag, digest: digest)
  }
}

extension Reference: CustomStringConvertible {
  /// The reference with every default filled in but the tag; ``init(parsing:)`` reads it.
  public var description: String {
    name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}
