internal import OCI

/// The credentials in a file of containers-auth.json(5) or Docker's config.json.
struct AuthFile: Sendable {
  /// Where the credentials for a registry are.
  enum Entry: Hashable, Sendable {
    /// In the file itself.
    case stored(Credentials)
    /// With the program `docker-credential-NAME`, under this server's name.
    case helper(String, server: String)
  }

  var json: JSONValue

  /// Reads a file's bytes.
  init(parsing bytes: [UInt8]) throws(OCIError) {
    json = try JSONValue(parsing: bytes)
    guard json.object != nil else {
      throw .invalid(document: "the file", reason: "it is not a JSON object")
    }
    for key in ["auths", "credHelpers"] {
      guard let member = json[key], !member.isNull, member.object == nil else { continue }
      throw .invalid(document: "the file", reason: "its member '\(key)' is not an object")
    }
  }

  /// Reads the bytes of a file, which errors name.
  init(parsing bytes: [UInt8], file: String) throws(RegistryError) {
    do { try self.init(parsing: bytes) } catch {
      guard case .invalid(_, let reason) = error else {
        throw .configuration(file: file, reason: "it is not JSON")
      }
      throw .configuration(file: file, reason: reason)
    }
  }

  /// Makes a file without credentials.
  init() { json = .object(["auths": .object([:])]) }

  /// Where to look for a repository, in this order: `credHelpers`, the longest prefix in `auths`,
  /// `credsStore`.
  ///
  /// - Parameter file: The file's name, for errors.
  /// - Throws: What is wrong with the entry that matches. The message holds no secret.
  func entries(
    for host: String, path: String, in file: String = "auth.json"
  ) throws(RegistryError) -> [Entry] {
    var entries: [Entry] = []
    let keys = Self.keys(host: host, path: path)
    let helpers = json["credHelpers"]?.object ?? [:]
    if let key = keys.first(where: { helpers[$0]?.string != nil }),
      let helper = helpers[key]?.string
    {
      entries.append(.helper(helper, server: key))
    }
    // Of a registry that is there under several names the one without scheme and version counts,
    // which is the one that logging in writes.
    let stored = json["auths"]?.object ?? [:]
    let old = stored.sorted { $0.key < $1.key }.map { (Self.normalized($0.key), $0.value) }
    let auths = stored.merging(old) { exact, _ in exact }
    for key in keys {
      if let value = auths[key], let credentials = try Self.credentials(value, key, file) {
        entries.append(.stored(credentials))
        break
      }
    }
    if let store = json["credsStore"]?.string, !store.isEmpty {
      let server = host == Reference.dockerHub ? "https://index.docker.io/v1/" : host
      entries.append(.helper(store, server: server))
    }
    return entries
  }

  /// The names an entry may have, longest first.
  private static func keys(host: String, path: String) -> [String] {
    var keys: [String] = []
    var parts = path.split(separator: "/")
    while !parts.isEmpty {
      keys.append("\(host)/\(parts.joined(separator: "/"))")
      parts.removeLast()
    }
    return keys + [host]
  }

  /// A key without scheme and version, as old files have them, its host in lower case; Docker Hub
  /// under one name.
  static func normalized(_ key: String) -> String {
    var rest = Substring(key)
    let isAddress = rest.hasPrefix("https://") || rest.hasPrefix("http://")
    if isAddress {
      rest = rest.dropFirst(rest.hasPrefix("https://") ? 8 : 7)
    }
    let host = rest.prefix { $0 != "/" }
    rest = host.lowercased() + rest.dropFirst(host.count)
    if isAddress {
      for suffix in ["/", "/v1", "/v2"] where rest.hasSuffix(suffix) {
        rest = rest.dropLast(suffix.utf8.count)
      }
    }
    let hub = ["index.docker.io", "registry-1.docker.io"].contains(String(rest))
    return hub ? Reference.dockerHub : String(rest)
  }

  private static func credentials(
    _ json: JSONValue, _ key: String, _ file: String
  ) throws(RegistryError) -> Credentials? {
    if let token = json["identitytoken"]?.string, !token.isEmpty { return .identityToken(token) }
    guard let encoded = json["auth"]?.string, !encoded.isEmpty else {
      guard let user = json["username"]?.string, let password = json["password"]?.string else {
        return nil
      }
      return .password(user: user, password: password)
    }
    guard let bytes = Base64.decode(encoded), let text = String(validating: bytes, as: UTF8.self),
      text.contains(":")
    else {
      throw .configuration(
        file: file, reason: "the 'auth' of its entry '\(key)' is not base 64 of USER:PASSWORD")
    }
    return Credentials(parsing: String(text.filter { $0 != "\0" }))
  }
}
