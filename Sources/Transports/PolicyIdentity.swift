internal import Linux
internal import OCI
internal import Registry
internal import SystemPackage

/// What containers-policy.json(5) calls an image: its transport and the scopes it lies in, the most
/// specific first.
struct PolicyIdentity: Sendable, Equatable {
  let transport: String
  let scopes: [String]

  private init(_ transport: TransportName, _ scopes: [String]) {
    self.transport = transport.rawValue
    self.scopes = scopes
  }

  /// The identities of a source, all of which must be allowed: one, but for an image of a storage
  /// whose name may mean either of two.
  ///
  /// Those of a registry are those of the name before registries.conf(5) moves it.
  static func all(
    of name: SourceName, options: RegistryOptions
  ) throws(TransportError) -> [PolicyIdentity] {
    switch name {
    case .registry(let reference):
      return [PolicyIdentity(.docker, scopes(of: reference))]
    case .local(let transport, let path, let image):
      let scopes = scopes(ofPath: resolved(path).string, image: image)
      return [PolicyIdentity(transport, scopes)]
    case .storage(let name):
      let storage = try StorageDirectory(of: name, options: options)
      return name.choice.policyScopes.map {
        PolicyIdentity(.storage, scopes(of: $0, in: storage.path, driver: storage.driver))
      }
    }
  }

  private static func resolved(_ path: FilePath) -> FilePath {
    ((try? Mounts.resolve(path)) ?? path).lexicallyNormalized()
  }

  /// `[DRIVER@ROOT]` with each of the images' scopes and without, then `[ROOT]`; the root as it is
  /// configured and as it really is.
  static func scopes(
    of images: [String], in root: FilePath, driver: String
  ) -> [String] {
    let real = resolved(root)
    let roots = (real == root ? [root] : [root, real]).map(\.string)
    return (images + [""]).flatMap { image in roots.map { "[\(driver)@\($0)]\(image)" } }
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
  fileprivate static func parents(of text: String) -> [String] {
    var parents = [text]
    var rest = text[...]
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      parents.append(String(rest))
    }
    return parents
  }
}

extension StorageName.Choice {
  /// For every repository that may be meant: the image's own scope, the repository and its parents;
  /// nothing for an image that is named by its id.
  fileprivate var policyScopes: [[String]] {
    switch self {
    case .id: return [[]]
    case .digest(let digest, let repositories):
      return repositories.map { ["\($0)@\(digest)"] + PolicyIdentity.parents(of: $0) }
    case .names(let names):
      return names.map { name in
        let start = name.lastIndex(of: "/") ?? name.startIndex
        let end = name[start...].firstIndex(of: ":") ?? name.endIndex
        return [name] + PolicyIdentity.parents(of: String(name[..<end]))
      }
    }
  }
}
