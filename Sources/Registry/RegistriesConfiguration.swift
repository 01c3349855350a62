internal import Failures
internal import OCI

/// What registries.conf(5), version 2, says: which registry is really asked for a name.
struct RegistriesConfiguration: Sendable, Equatable {
  /// A `[[registry]]` table.
  struct Entry: Sendable, Equatable {
    /// What a reference must begin with: `HOST`, `HOST/PATH…`, or `*.DOMAIN`.
    var prefix: String
    /// What takes the prefix's place; nil when nothing does.
    var location: String?
    /// Whether the registry may be asked without TLS, or with an untrusted certificate.
    var isInsecure = false
    /// Whether the registry must not be asked.
    var isBlocked = false
    /// Whether mirrors are asked only for digests.
    var mirrorsByDigestOnly = false
    /// Asked first, in this order.
    var mirrors: [Mirror] = []
    /// The file that says so.
    var file: String
  }

  /// A `[[registry.mirror]]` table.
  struct Mirror: Sendable, Equatable {
    /// Which references the mirror is asked for.
    enum Pulls: String, Sendable { case all, digestOnly = "digest-only", tagOnly = "tag-only" }

    var location: String
    var isInsecure = false
    var pulls = Pulls.all
  }

  /// All tables; of those with one prefix only the last that was read.
  private(set) var entries: [Entry] = []
  /// Short names and what they stand for, from `[aliases]`.
  private(set) var aliases: [String: String] = [:]

  /// Adds what another file says, which wins over what was said before.
  mutating func merge(_ other: RegistriesConfiguration) {
    let prefixes = Set(other.entries.map(\.prefix))
    entries = entries.filter { !prefixes.contains($0.prefix) } + other.entries
    aliases.merge(other.aliases) { _, last in last }
  }

  init() {}

  init(entries: [Entry], aliases: [String: String] = [:]) {
    self.entries = entries
    self.aliases = aliases
  }
}

/// One place to ask for an image: a repository in a registry that is really connected to.
struct Endpoint: Sendable, Hashable {
  /// The repository as a reference; its host is the one credentials are kept under.
  let reference: Reference
  /// Whether plain HTTP and untrusted certificates are allowed.
  let isInsecure: Bool
}

extension RegistriesConfiguration {
  /// Where to ask for an image, in this order: mirrors, then the registry itself.
  func endpoints(for reference: Reference) throws(RegistryError) -> [Endpoint] {
    guard let (entry, rest) = match(reference) else {
      return [Endpoint(reference: reference, isInsecure: false)]
    }
    if entry.isBlocked { throw .blocked(reference.name, by: entry.file) }
    var endpoints: [Endpoint] = []
    for mirror in entry.mirrors where Self.isAsked(mirror, of: entry, for: reference) {
      let moved = try Self.move(reference, to: mirror.location + rest, by: entry.file)
      endpoints.append(Endpoint(reference: moved, isInsecure: mirror.isInsecure))
    }
    let moved = try entry.location.map { location throws(RegistryError) in
      try Self.move(reference, to: location + rest, by: entry.file)
    }
    endpoints.append(Endpoint(reference: moved ?? reference, isInsecure: entry.isInsecure))
    return endpoints
  }

  /// The entry with the longest matching prefix, and what of the name follows the prefix.
  private func match(_ reference: Reference) -> (Entry, rest: String)? {
    var best: (Entry, rest: String)?
    var bestLength = -1
    for entry in entries {
      guard let rest = Self.rest(of: reference, after: entry.prefix) else { continue }
      let length = entry.prefix.utf8.count
      if length > bestLength { (best, bestLength) = ((entry, rest), length) }
    }
    return best
  }

  private static func rest(of reference: Reference, after prefix: String) -> String? {
    let name = reference.name
    if prefix.hasPrefix("*.") {
      let host = reference.hostWithoutPort
      guard host.hasSuffix(prefix.dropFirst()) else { return nil }
      return String(name.dropFirst(host.count))
    }
    guard name.hasPrefix(prefix) else { return nil }
    let rest = String(name.dropFirst(prefix.count))
    // As in containers/image, a host without a port is the host with any.
    return rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix(":") ? rest : nil
  }

  private static func isAsked(_ mirror: Mirror, of entry: Entry, for reference: Reference) -> Bool {
    let byDigest = reference.digest != nil
    if entry.mirrorsByDigestOnly { return byDigest }
    switch mirror.pulls {
    case .all: return true
    case .digestOnly: return byDigest
    case .tagOnly: return !byDigest
    }
  }

  private static func move(
    _ reference: Reference, to name: String, by file: String
  ) throws(RegistryError) -> Reference {
    let host = name.prefix { $0 != "/" }
    let path = name.dropFirst(host.count + 1)
    do { return try reference.moved(toHost: String(host), path: String(path)) } catch {
      throw .configuration(file: file, reason: error.failure.reason)
    }
  }

  /// What a name without a host stands for; nil when nobody says.
  func alias(of shortName: String) -> String? {
    aliases[shortName].flatMap { $0.isEmpty ? nil : $0 }
  }
}
