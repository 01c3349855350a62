/// An `http` or `https` address: where to connect, and what to ask for there (RFC 3986).
///
/// Its description leaves out what may be secret: user information is never kept, and the query,
/// which may hold a signature, is not shown.
struct WebAddress: Hashable, Sendable {
  /// Scheme, host and port: what decides whether credentials may be sent.
  struct Origin: Hashable, Sendable {
    /// Whether the scheme is `https`.
    var isSecure: Bool
    /// The host in lower case; an IPv6 address in brackets.
    var host: String
    /// The port, that of the scheme where none was given.
    var port: UInt16

    /// `HOST` or `HOST:PORT`.
    var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
  }

  /// Where to connect.
  var origin: Origin
  /// Path and query, beginning with a slash.
  var target: String

  /// Puts an address together; `authority` is `HOST` or `HOST:PORT`.
  init?(secure: Bool, authority: String, target: String) {
    self.init(parsing: "\(secure ? "https" : "http")://\(authority)\(target)")
  }

  /// Reads an absolute address; user information and fragment are dropped.
  init?(parsing text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    let scheme = text.prefix { $0 != ":" }.lowercased()
    let rest = text.dropFirst(scheme.count)
    guard scheme == "http" || scheme == "https", rest.hasPrefix("://") else { return nil }
    let afterScheme = rest.dropFirst(3).prefix { $0 != "#" }
    var authority = afterScheme.prefix { $0 != "/" && $0 != "?" }
    let target = afterScheme.dropFirst(authority.count)
    if let at = authority.lastIndex(of: "@") {
      authority = authority[authority.index(after: at)...]
    }
    guard let (host, port) = Self.split(authority, secure: scheme == "https") else { return nil }
    origin = Origin(isSecure: scheme == "https", host: host, port: port)
    self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
  }

  private static func split(_ authority: Substring, secure: Bool) -> (String, UInt16)? {
    var host = authority
    var port: UInt16 = secure ? 443 : 80
    if !authority.hasSuffix("]"), let colon = authority.lastIndex(of: ":") {
      let digits = authority[authority.index(after: colon)...]
      host = authority[..<colon]
      if !digits.isEmpty {
        guard let number = UInt16(digits), number > 0 else { return nil }
        port = number
      }
    }
    guard !host.isEmpty, host.hasPrefix("[") == host.contains(":") else { return nil }
    return (host.lowercased(), port)
  }

  /// The address that a `Location` header names, seen from this address (RFC 3986, section 5).
  func resolving(_ location: String) -> WebAddress? {
    if location.hasPrefix("//") {
      return WebAddress(parsing: (origin.isSecure ? "https:" : "http:") + location)
    }
    let scheme = location.prefix { $0 != ":" && $0 != "/" && $0 != "?" }
    if !scheme.isEmpty, location.dropFirst(scheme.count).hasPrefix(":") {
      return WebAddress(parsing: location)
    }
    let bare = String(location.prefix { $0 != "#" })
    let path = String(target.prefix { $0 != "?" })
    let resolved: String
    if bare.hasPrefix("/") {
      resolved = bare
    } else if bare.hasPrefix("?") || bare.isEmpty {
      resolved = path + bare
    } else {
      resolved = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + bare
    }
    return WebAddress(secure: origin.isSecure, authority: origin.authority, target: resolved)
  }

  /// The whole address, to be sent and never to be shown.
  var text: String { "\(origin.isSecure ? "https" : "http")://\(origin.authority)\(target)" }
}

extension WebAddress: CustomStringConvertible {
  /// The address without its query.
  var description: String {
    "\(origin.isSecure ? "https" : "http")://\(origin.authority)\(target.prefix { $0 != "?" })"
  }
}
