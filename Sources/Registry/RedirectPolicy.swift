/// Decides how far redirects are followed, and what is said to whom there.
struct RedirectPolicy: Sendable {
  /// Whether a redirect may lead from https to http.
  let allowsDowngrade: Bool
  /// How many redirects are still followed.
  var remaining = 10

  /// Whether a status is a redirect of a GET that is followed.
  static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

  init(allowsDowngrade: Bool) { self.allowsDowngrade = allowsDowngrade }

  /// The request that follows a redirect: without `Authorization` where scheme, host or port
  /// change.
  mutating func follow(
    _ request: HTTPRequest, to location: String?, registry: String
  ) throws(RegistryError) -> HTTPRequest {
    guard remaining > 0 else {
      throw .badRedirect(registry: registry, reason: "there are more than ten in a row")
    }
    remaining -= 1
    guard let location, let address = request.address.resolving(location) else {
      throw .badRedirect(registry: registry, reason: "it does not say where to")
    }
    let from = request.address.origin
    if from.isSecure, !address.origin.isSecure, !allowsDowngrade {
      throw .badRedirect(
        registry: registry, reason: "it leads from https to http, to \(address.origin.authority)")
    }
    var next = request
    next.address = address
    if address.origin != from { next.headers["authorization"] = nil }
    return next
  }
}
