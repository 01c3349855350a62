/// A proxy, as a variable of the environment names it: `[http://|socks5://][USER:PASSWORD@]HOST[:PORT]`.
///
/// Its description never shows the user or the password.
struct ProxyAddress: Hashable, Sendable {
  /// How the proxy is spoken to.
  enum Kind: Hashable, Sendable {
    /// `CONNECT` of HTTP/1.1 (RFC 9110, section 9.3.6).
    case http
    /// SOCKS version 5 without authentication (RFC 1928); the proxy looks names up.
    case socks
  }

  let kind: Kind
  /// Without brackets, as addresses are connected to.
  let host: String
  let port: UInt16
  /// What the proxy is told of who asks.
  let credentials: Credentials?

  /// Reads a variable's value.
  ///
  /// - Parameter variable: The variable's name, for messages: they never show its value, which
  ///   may hold a password.
  init(parsing text: String, variable: String) throws(RegistryError) {
    func failure(_ reason: String) -> RegistryError {
      .configuration(file: "the variable \(variable)", reason: reason)
    }
    var rest = Substring(text)
    var scheme = "http"
    if let separator = text.firstRange(of: "://") {
      scheme = text[..<separator.lowerBound].lowercased()
      rest = text[separator.upperBound...]
    }
    switch scheme {
    case "http": kind = .http
    case "socks5", "socks5h": kind = .socks
    case "https": throw failure("proxies that are spoken to by TLS are not supported")
    default: throw failure("it names a proxy of a kind that is not known")
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var user: Substring?
    if let at = rest.lastIndex(of: "@") {
      user = rest[..<at]
      rest = rest[rest.index(after: at)...]
    }
    let usual = kind == .socks ? ":1080" : ""
    let hasPort = rest.last.map { $0 != "]" } == true && rest.contains(":")
    guard
      let web = WebAddress(
        secure: false, authority: rest.description + (hasPort ? "" : usual), target: "/")
    else { throw failure("it does not name a host and a port") }
    host = web.origin.host.filter { $0 != "[" && $0 != "]" }
    port = web.origin.port
    credentials = try user.map { user throws(RegistryError) in
      guard let credentials = Self.credentials(user) else {
        throw failure("its user or password is not percent-encoded as it must be")
      }
      return credentials
    }
    if kind == .socks, credentials != nil {
      throw failure("SOCKS proxies with a user and password are not supported")
    }
  }

  private static func credentials(_ text: Substring) -> Credentials? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = percentDecoded(parts[0]),
      let password = percentDecoded(parts.dropFirst().first ?? "")
    else { return nil }
    return .password(user: user, password: password)
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let text = String(validating: digits, as: UTF8.self),
        let value = UInt8(text, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension ProxyAddress: CustomStringConvertible {
  /// Scheme, host and port.
  var description: String { "\(kind == .http ? "http" : "socks5")://\(authority)" }

  /// `HOST:PORT`.
  var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
