/// The web server of metrics, but for its socket: HTTP/1.1 (RFC 9112), one request per connection.
enum MetricsPage {
  /// The answer to what a client has said so far; nil to wait for the rest of its head.
  ///
  /// - Parameter metrics: Makes the text, when it is asked for.
  static func answer(to request: [UInt8], _ metrics: () -> String) -> [UInt8]? {
    guard let line = firstLine(of: request) else { return nil }
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else {
      return response("400 Bad Request", "This is no request of HTTP/1.1.\n")
    }
    guard words[0] == "GET" || words[0] == "HEAD" else {
      return response("405 Method Not Allowed", "Only GET.\n", more: "Allow: GET, HEAD\r\n")
    }
    let path = words[1].split(separator: "?", omittingEmptySubsequences: false)[0]
    let isHead = words[0] == "HEAD"
    guard path == "/metrics" else {
      return response("404 Not Found", "Metrics are at /metrics.\n", isHead: isHead)
    }
    return response("200 OK", metrics(), type: "text/plain; version=0.0.4", isHead: isHead)
  }

  /// The request line of a head that has come whole.
  private static func firstLine(of request: [UInt8]) -> String? {
    let text = String(decoding: request, as: UTF8.self).replacing("\r\n", with: "\n")
    guard text.contains("\n\n") else { return nil }
    return text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
  }

  private static func response(
    _ status: String, _ body: String, type: String = "text/plain", more: String = "",
    isHead: Bool = false
  ) -> [UInt8] {
    let head =
      "HTTP/1.1 \(status)\r\nContent-Type: \(type); charset=utf-8\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\(more)Connection: close\r\n\r\n"
    return Array((isHead ? head : head + body).utf8)
  }
}
