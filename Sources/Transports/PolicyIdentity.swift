internal import Linux
internal import OCI
internal import SystemPackage

/// What containers-policy.json(5) calls an image: its transport and the scopes it lies in, the most
/// specific first.
struct PolicyIdentity: Sendable, Equatable {
  let transport: String
  let scopes: [String]

  /// The identity of a source, which is that of the name before registries.conf(5) moves it; nil
  /// for an image in a storage, which must be found first.
  init?(_ name: SourceName) {
    switch name {
    case .registry(let reference):
      transport = TransportName.docker.rawValue
      scopes = Self.scopes(of: reference)
    case .local(let transport, let path, let image):
      self.transport = transport.rawValue
      let real = (try? Mounts.resolve(path)) ?? path
      scopes = Self.scopes(ofPath: real.lexicallyNormalized().string, image: image)
    case .storage: return nil
    }
  }

  /// The identity that one name of an image in a storage gives it: the name, its repository and
  /// parents, and the storage, each after `[DRIVER@ROOT]`; then the storage with whatever driver.
  ///
  /// The storage is known by the path that it really has and by the one it was named by.
  ///
  /// - Parameter reference: The name, with the digest that it was asked for by, if it was; nil for
  ///   an image that has none.
  init(driver: String, root: FilePath, reference: Reference?, id: String) {
    transport = TransportName.storage.rawValue
    let real = ((try? Mounts.resolve(root)) ?? root).lexicallyNormalized()
    let roots = real == root ? [root] : [real, root]
    var names = ["@\(id)"]
    if let reference {
      let own = reference.digest.map { ["\(reference.name)@\($0)"] } ?? []
      let tagged = reference.tag == nil && reference.digest != nil ? [] : [reference.taggedName]
      names = tagged.map { "\($0)@\(id)" } + names + own + tagged
      names += Self.parents(of: reference.name)
    }
    scopes =
      (names + [""]).flatMap { name in roots.map { "[\(driver)@\($0)]\(name)" } }
      + roots.map { "[\($0)]" }
  }

  /// Digest and tag, the repository, its parents, the host, and domains above the host as
  /// `*.DOMAIN`, without a port.
  static func scopes(of reference: Reference) -> [String] {
    var scopes: [String] = []
    if let digest = reference.digest { scopes.append("\(reference.name)@\(digest)") }
    if let tag = reference.tag ?? (reference.digest == nil ? "latest" : nil) {
      scopes.append("\(reference.name):\(tag)")
    }
    scopes += parents(of: reference.name)
    var domain = reference.host.prefix { $0 != ":" }
    while let dot = domain.firstIndex(of: ".") {
      domain = domain[domain.index(after: dot)...]
      scopes.append("*.\(domain)")
    }
    return scopes
  }

  /// The path with the image's name, the path, and the directories above it but the root.
  static func scopes(ofPath path: String, image: String?) -> [String] {
    let own = image.map { ["\(path):\($0)"] } ?? []
    return own + parents(of: path).filter { !$0.isEmpty && $0 != "/" }
  }

  /// A text with slashes, and what is left as its components are taken off the end.
  private static func parents(of text: String) -> [String] {
    var parents = [text]
    var rest = text[...]
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      parents.append(String(rest))
    }
    return parents
  }
}
