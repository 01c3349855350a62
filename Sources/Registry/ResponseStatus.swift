internal import OCI

/// What the status of a registry's answer means.
extension HTTPResponse {
  /// Throws unless the status is one of those wanted; reads the body of an error, closes nothing.
  ///
  /// - Parameters:
  ///   - what: What was asked for, as in "image debian:12".
  ///   - source: Where the credentials were from, if there were any.
  func require(
    _ wanted: Set<Int>, of what: String, from repository: Reference, source: String?
  ) async throws(RegistryError) {
    if wanted.contains(status) { return }
    let reason = await reason()
    let registry = repository.host
    switch status {
    case 401, 403:
      throw .unauthorized(repository: repository.name, source: source, reason: reason)
    case 404: throw .notFound(what, reason: reason)
    case 408, 429, 500...599:
      throw .overloaded(registry: registry, status: status, retryAfter: retryAfter, reason: reason)
    default: throw .refused(registry: registry, status: status, reason: reason)
    }
  }

  /// Reads a body nobody wants, so that the connection can be used again; a long one is left.
  func drain() async { _ = try? await body.collect(limit: 1 << 16) }

  /// The registry's own words (OCI distribution specification, "Error Codes"), made printable.
  func reason() async -> String {
    let status = "status \(status)"
    guard let bytes = try? await body.collect(limit: 1 << 16) else { return status }
    let errors = (try? JSONValue(parsing: bytes))?["errors"]?.array ?? []
    let texts = errors.compactMap { error -> String? in
      let parts = [error["code"]?.string, error["message"]?.string].compactMap(\.self)
      return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
    guard !texts.isEmpty else { return status }
    return "\(status), " + Self.printable(texts.joined(separator: "; "))
  }

  /// Text of strangers, made short and printable.
  static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(300).map {
      // The control characters of ISO 8859-1 begin escape sequences as well.
      $0.value < 32 || (127..<160).contains($0.value) ? "?" : $0
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
