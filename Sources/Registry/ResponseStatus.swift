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

  /// The content type, where it is that of a page for people.
  private var webPageType: String? {
    guard let type = headers["content-type"] else { return nil }
    let kind = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    return kind == "text/html" || kind == "application/xhtml+xml" ? kind : nil
  }

  /// Throws where the answer to a ping is a page for people, and reads its body.
  func requireRegistry(_ registry: String) async throws(RegistryError) {
    guard webPageType != nil else { return await drain() }
    let bytes = (try? await body.collect(limit: 1 << 16)).flatMap(\.self)
    try requireNoPage(bytes, of: registry)
  }

  /// Throws where the host answered with a page for people; nil is a body too long to be read.
  ///
  /// The content type alone does not say it: Quay calls the word "true" HTML, and a mirror on a
  /// web server may do so with every file.
  func requireNoPage(_ bytes: [UInt8]?, of registry: String) throws(RegistryError) {
    guard let kind = webPageType else { return }
    let space = Array(" \t\r\n".utf8)
    guard let bytes, bytes.first(where: { !space.contains($0) }) != UInt8(ascii: "<") else {
      throw .notRegistry(
        registry: registry, reason: "it answers with a page of content type \(kind)")
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
