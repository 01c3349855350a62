internal import Failures
internal import OCI
internal import Registry

/// Which images may be used, by containers-policy.json(5).
///
/// Firn checks no signatures: what wants one is refused, never accepted in silence.
struct SignaturePolicy: Sendable, Equatable {
  /// What must hold for an image; of several everything must.
  enum Requirement: Sendable, Equatable {
    /// `insecureAcceptAnything`.
    case nothing
    /// `reject`.
    case impossible
    /// A signature of this kind, such as `signedBy`.
    case signature(String)
  }

  /// The file that says so.
  let file: String
  private let general: [Requirement]
  /// Requirements by transport, then by scope; the empty scope is the transport's own default.
  private let transports: [String: [String: [Requirement]]]

  /// Reads a file, as strictly as containers/image does: what is not known makes all of it
  /// unusable.
  init(parsing bytes: [UInt8], file: String) throws(TransportError) {
    let parser = PolicyParser(file: file)
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw parser.failure("it is not JSON: \(error.failure.reason)")
    }
    self.file = file
    try parser.check(json, has: ["default", "transports"], "it")
    general = try parser.requirements(json["default"], of: "the default")
    var transports: [String: [String: [Requirement]]] = [:]
    for (transport, scopes) in try parser.members(json["transports"], of: "'transports'") {
      for (scope, list) in try parser.members(scopes, of: "'\(transport)'") {
        let key = transport == TransportName.docker.rawValue ? Self.lowercasingHost(scope) : scope
        transports[transport, default: [:]][key] = try parser.requirements(
          list, of: "'\(transport)' with scope '\(scope)'")
      }
    }
    self.transports = transports
  }

  /// A scope of references, whose hosts are in lower case.
  private static func lowercasingHost(_ scope: String) -> String {
    let host = scope.prefix { $0 != "/" }
    return host.lowercased() + scope.dropFirst(host.count)
  }

  /// What must hold for an image: that of the most specific scope there is, else of its transport,
  /// else of everything.
  func requirements(for source: PolicyIdentity) -> [Requirement] {
    let own = transports[source.transport] ?? [:]
    return (source.scopes + [""]).lazy.compactMap { own[$0] }.first ?? general
  }

  /// Throws unless an image may be used.
  ///
  /// - Parameter name: What the image was called, for the error.
  func require(_ source: PolicyIdentity, name: SourceName) throws(TransportError) {
    for requirement in requirements(for: source) {
      switch requirement {
      case .nothing: continue
      case .impossible:
        throw .refused("\(name)", by: file, reason: "it rejects them")
      case .signature(let kind):
        throw .refused(
          "\(name)", by: file,
          reason: "it wants a signature by '\(kind)', and Firn cannot check signatures")
      }
    }
  }
}

/// Reads the parts of a policy and names the file in every error.
private struct PolicyParser {
  let file: String

  func failure(_ reason: String) -> TransportError {
    .registry(.configuration(file: file, reason: reason))
  }

  func members(
    _ json: JSONValue?, of what: String
  ) throws(TransportError) -> [String: JSONValue] {
    guard let json else { return [:] }
    guard let members = json.object else { throw failure("\(what) is not an object") }
    return members
  }

  func check(
    _ json: JSONValue, has known: Set<String>, _ what: String
  ) throws(TransportError) {
    let names = try members(json, of: what).keys
    if let name = names.sorted().first(where: { !known.contains($0) }) {
      throw failure("\(what) has a member '\(name)', which is not known")
    }
  }

  func requirements(
    _ json: JSONValue?, of what: String
  ) throws(TransportError) -> [SignaturePolicy.Requirement] {
    guard let list = json?.array, !list.isEmpty else {
      throw failure("\(what) has no requirements")
    }
    var requirements: [SignaturePolicy.Requirement] = []
    for element in list { requirements.append(try requirement(element, of: what)) }
    return requirements
  }

  private func requirement(
    _ json: JSONValue, of what: String
  ) throws(TransportError) -> SignaturePolicy.Requirement {
    switch json["type"]?.string {
    case "insecureAcceptAnything":
      try check(json, has: ["type"], "a requirement of \(what)")
      return .nothing
    case "reject":
      try check(json, has: ["type"], "a requirement of \(what)")
      return .impossible
    case .some(let kind) where ["signedBy", "signedBaseLayer", "sigstoreSigned"].contains(kind):
      return .signature(kind)
    default: throw failure("\(what) has a requirement of a type that is not known")
    }
  }
}
