import Testing

@testable import Registry

@Suite("Web addresses")
struct WebAddressTests {
  @Test(
    "addresses are taken apart",
    arguments: [
      ("https://quay.io", "quay.io", "https://quay.io/"),
      ("https://quay.io:443/v2/?a=b", "quay.io", "https://quay.io/v2/?a=b"),
      ("HTTP://Quay.IO:80/x", "quay.io", "http://quay.io/x"),
      ("http://[::1]:5000/x", "[::1]:5000", "http://[::1]:5000/x"),
      ("https://user:secret@host:8443/x#frag", "host:8443", "https://host:8443/x"),
      ("https://host?x=y", "host", "https://host/?x=y"),
    ])
  func parses(text: String, authority: String, written: String) throws {
    let address = try #require(WebAddress(parsing: text))
    #expect(address.origin.authority == authority)
    #expect(address.text == written)
    #expect(!"\(address)".contains("secret"))
  }

  @Test(
    "what is no web address is refused",
    arguments: [
      "", "host", "ftp://host/", "https:/host", "https://", "https://:5000/", "https://host:0/",
      "https://host:99999/", "https://host:x/", "https://ho st/", "https://host/\r\nX: y",
      "https://::1/",
    ])
  func refuses(text: String) {
    #expect(WebAddress(parsing: text) == nil)
  }

  @Test("the query, which may hold a signature, is not shown")
  func description() throws {
    let address = try #require(WebAddress(parsing: "https://s3/bucket?X-Amz-Signature=secret"))
    #expect("\(address)" == "https://s3/bucket")
    #expect(address.text.contains("secret"))
  }

  @Test(
    "a Location is resolved against the address it came from",
    arguments: [
      ("https://cdn.example/x?y=z", "https://cdn.example/x?y=z"),
      ("//cdn.example/x", "https://cdn.example/x"), ("/x?y", "https://reg:5000/x?y"),
      ("other", "https://reg:5000/v2/a/blobs/other"), ("?q", "https://reg:5000/v2/a/blobs/d?q"),
      ("/x#frag", "https://reg:5000/x"), ("HTTP://plain/x", "http://plain/x"),
    ])
  func resolves(location: String, expected: String) throws {
    let base = try #require(WebAddress(parsing: "https://reg:5000/v2/a/blobs/d?old"))
    #expect(base.resolving(location)?.text == expected)
  }
}

@Suite("Redirects")
struct RedirectPolicyTests {
  private func request(_ address: String) throws -> HTTPRequest {
    var request = HTTPRequest(address: try #require(WebAddress(parsing: address)))
    request.headers["authorization"] = "Bearer secret"
    request.headers["range"] = "bytes=5-"
    return request
  }

  @Test(
    "credentials stay where scheme, host and port stay",
    arguments: [
      ("/elsewhere", true), ("https://reg/x", true), ("https://REG:443/x", true),
      ("https://cdn/x", false), ("https://reg:5000/x", false), ("http://reg/x", false),
      ("https://reg.evil/x", false),
    ])
  func authorization(location: String, isKept: Bool) throws {
    var policy = RedirectPolicy(allowsDowngrade: true)
    let next = try policy.follow(try request("https://reg/v2/"), to: location, registry: "reg")
    #expect((next.headers["authorization"] != nil) == isKept)
    #expect(next.headers["range"] == "bytes=5-")
  }

  @Test("https is not left for http unless that is allowed")
  func downgrade() throws {
    var strict = RedirectPolicy(allowsDowngrade: false)
    let secure = try request("https://reg/v2/")
    #expect(throws: RegistryError.self) {
      try strict.follow(secure, to: "http://reg/x", registry: "reg")
    }
    let plain = try request("http://reg/v2/")
    #expect(
      try strict.follow(plain, to: "http://cdn/x", registry: "reg").address.text == "http://cdn/x")
  }

  @Test("ten redirects are followed, and no more")
  func limit() throws {
    var policy = RedirectPolicy(allowsDowngrade: false)
    var current = try request("https://reg/0")
    for number in 1...10 {
      current = try policy.follow(current, to: "/\(number)", registry: "reg")
    }
    #expect(throws: RegistryError.self) { try policy.follow(current, to: "/11", registry: "reg") }
  }

  @Test("a redirect to nowhere is an error", arguments: [nil, "ftp://x/", "https://"] as [String?])
  func nowhere(location: String?) throws {
    var policy = RedirectPolicy(allowsDowngrade: true)
    let request = try request("https://reg/")
    #expect(throws: RegistryError.self) {
      try policy.follow(request, to: location, registry: "reg")
    }
  }
}
