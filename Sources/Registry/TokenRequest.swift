internal import OCI

/// What a token service is asked (Docker's "Token Authentication Specification" and "OAuth 2.0
/// flow"): a token that allows pulling from one repository.
struct TokenRequest: Sendable {
  /// The service's address.
  let realm: WebAddress
  /// The registry's name for itself, if it said one.
  let service: String?
  /// What is to be allowed, such as `repository:library/debian:pull`; empty for nothing, which
  /// shows no more than that the credentials are right.
  let scope: String
  /// Who asks, if not anybody.
  let credentials: Credentials?

  /// The most bytes of an answer: 1 MiB.
  static let answerLimit = 1 << 20

  /// The request to send first: POST with an identity token, GET with anything else.
  var request: HTTPRequest {
    if case .identityToken(let token) = credentials { return oauthRequest(token) }
    return simpleRequest
  }

  /// The request to send when the service answers the first one with 404; nil when there is none.
  var fallback: HTTPRequest? {
    if case .identityToken = credentials { simpleRequest } else { nil }
  }

  private var simpleRequest: HTTPRequest {
    var fields: [(String, String)] = []
    if let service { fields.append(("service", service)) }
    if !scope.isEmpty { fields.append(("scope", scope)) }
    if case .password(let user, _) = credentials, !user.isEmpty { fields.append(("account", user)) }
    var address = realm
    address.target += (realm.target.contains("?") ? "&" : "?") + Self.form(fields)
    var request = HTTPRequest(address: address)
    request.headers["authorization"] = credentials?.basicHeader
    return request
  }

  private func oauthRequest(_ token: String) -> HTTPRequest {
    var fields = [("grant_type", "refresh_token"), ("client_id", "firn")]
    if !scope.isEmpty { fields.append(("scope", scope)) }
    fields.append(("refresh_token", token))
    if let service { fields.append(("service", service)) }
    var request = HTTPRequest(method: .post, address: realm)
    request.headers["content-type"] = "application/x-www-form-urlencoded"
    request.body = Array(Self.form(fields).utf8)
    return request
  }

  private static func form(_ fields: [(String, String)]) -> String {
    fields.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
  }

  /// Encodes everything but unreserved characters (RFC 3986, section 2.3).
  static func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }
}

/// What a token service answered.
struct AccessToken: Sendable {
  /// The value of the `Authorization` header.
  let header: String
  /// How long it may be used, counted from receipt; never less than 60 s.
  let lifetime: Duration

  /// Reads an answer; nil where it holds no token.
  init?(parsing bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes),
      let token = json["token"]?.string ?? json["access_token"]?.string, !token.isEmpty,
      token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    header = "Bearer \(token)"
    lifetime = .seconds(max(60, json["expires_in"]?.int ?? 60))
  }
}
