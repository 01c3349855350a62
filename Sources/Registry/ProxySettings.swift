/// Which proxy a target is asked through, as the environment says: a value without input or
/// output.
///
/// The variables and what they mean are those of Go's programs, Podman and skopeo among them, and
/// `ALL_PROXY` of curl: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `ALL_PROXY` where the other
/// is not set, `NO_PROXY` for exceptions; each also in lower case, which is second. This machine
/// itself is never asked through a proxy.
struct ProxySettings: Sendable {
  private let environment: [String: String]
  private let exceptions: ProxyExceptions

  /// Takes the process's environment.
  init(environment: [String: String]) {
    self.environment = environment
    let text = Self.value(of: "NO_PROXY", in: environment)?.text
    exceptions = ProxyExceptions(parsing: text ?? "")
  }

  /// The proxy for a target; nil for none.
  func proxy(for origin: WebAddress.Origin) throws(RegistryError) -> ProxyAddress? {
    let names = [origin.isSecure ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"]
    guard let (text, name) = names.lazy.compactMap({ Self.value(of: $0, in: environment) }).first,
      !Self.isThisMachine(origin.host), !exceptions.contains(origin)
    else { return nil }
    return try ProxyAddress(parsing: text, variable: name)
  }

  private static func isThisMachine(_ host: String) -> Bool {
    host == "localhost" || InternetAddress(parsing: host)?.isLoopback == true
  }

  /// A variable's value and the name it was found under.
  private static func value(
    of name: String, in environment: [String: String]
  ) -> (text: String, name: String)? {
    for name in [name, name.lowercased()] {
      if let value = environment[name], !value.isEmpty { return (value, name) }
    }
    return nil
  }
}
