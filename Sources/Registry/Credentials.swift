/// What proves to a registry who asks.
///
/// Its description never shows a secret.
public enum Credentials: Hashable, Sendable {
  /// A user name and password, for HTTP Basic or a token service.
  case password(user: String, password: String)
  /// A refresh token ("identity token") for a token service.
  case identityToken(String)

  /// Reads `USER:PASSWORD` or `USER`, the form of `--creds`; without a colon the password is empty.
  public init(parsing text: String) {
    guard let colon = text.firstIndex(of: ":") else {
      self = .password(user: text, password: "")
      return
    }
    self = .password(
      user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
  }

  /// The value of an `Authorization` header by HTTP Basic (RFC 7617); nil for a token.
  var basicHeader: String? {
    guard case .password(let user, let password) = self else { return nil }
    return "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"
  }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Says that there are credentials, and for whom, but not which.
  public var description: String {
    switch self {
    case .password(let user, _): "credentials of user '\(user)'"
    case .identityToken: "an identity token"
    }
  }

  /// The same as ``description``.
  public var debugDescription: String { description }

  /// Shows nothing to reflection, so that `dump` and string interpolation cannot leak a secret.
  public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
