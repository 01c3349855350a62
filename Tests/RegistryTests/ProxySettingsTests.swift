import Failures
import Testing

@testable import Registry

@Suite("Proxies of the environment")
struct ProxySettingsTests {
  private func proxy(_ target: String, _ environment: [String: String]) throws -> String? {
    let address = try #require(WebAddress(parsing: target))
    return try ProxySettings(environment: environment).proxy(for: address.origin)
      .map { "\($0)" }
  }

  @Test("each scheme has its variable, and ALL_PROXY stands in for either")
  func variables() throws {
    let both = ["HTTPS_PROXY": "http://s:1", "HTTP_PROXY": "http://h:2", "ALL_PROXY": "http://a:3"]
    #expect(try proxy("https://reg.example/", both) == "http://s:1")
    #expect(try proxy("http://reg.example/", both) == "http://h:2")
    #expect(try proxy("http://reg.example/", ["ALL_PROXY": "socks5://a"]) == "socks5://a:1080")
    #expect(try proxy("https://reg.example/", ["HTTP_PROXY": "h"]) == nil)
    #expect(try proxy("https://reg.example/", [:]) == nil)
  }

  @Test("names in lower case are read as well, after those in upper case")
  func lowerCase() throws {
    #expect(try proxy("https://r.example/", ["https_proxy": "l:1"]) == "http://l:1")
    #expect(try proxy("http://r.example/", ["http_proxy": "l:1"]) == "http://l:1")
    #expect(try proxy("http://r.example/", ["all_proxy": "l:1"]) == "http://l:1")
    let both = ["https_proxy": "l:1", "HTTPS_PROXY": "u:1"]
    #expect(try proxy("https://r.example/", both) == "http://u:1")
    #expect(
      try proxy("https://r.example/", ["HTTPS_PROXY": "", "https_proxy": "l"]) == "http://l:80")
    #expect(try proxy("https://r.example/", ["https_proxy": "l", "no_proxy": "r.example"]) == nil)
  }

  @Test(
    "this machine is never asked through a proxy",
    arguments: ["localhost:5000", "127.0.0.1", "127.9.9.9:80", "[::1]:5000"])
  func thisMachine(authority: String) throws {
    #expect(try proxy("http://\(authority)/", ["HTTP_PROXY": "h:1"]) == nil)
  }

  @Test(
    "exceptions are domains, addresses and networks, with or without a port",
    arguments: [
      ("reg.example", "example", true), ("reg.example", "reg.example", true),
      ("notreg.example", "reg.example", false), ("a.reg.example", ".reg.example", true),
      ("reg.example", ".reg.example", false), ("reg.example", "*.reg.example", false),
      ("a.reg.example", "*.reg.example", true), ("REG.Example", "rEg.example", true),
      ("reg.example.", "reg.example", true), ("reg.example:5000", "reg.example:5000", true),
      ("reg.example:5001", "reg.example:5000", false), ("reg.example", "reg.example:443", true),
      ("reg.example", "*", true), ("reg.example", "a,b , reg.example", true),
      ("reg.example", "", false), ("reg.example", ",,", false), ("reg.example", ".", false),
      ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false),
      ("10.1.2.3:5000", "10.1.2.3", true), ("10.1.2.3:5000", "10.1.2.3:5000", true),
      ("10.1.2.3:5000", "10.1.2.3:1", false), ("[2001:db8::1]:5000", "2001:db8::/32", true),
      ("[2001:db8::1]", "2001:db8:0::1", true), ("[2001:db8::1]:5", "[2001:db8::1]:5", true),
      ("a10.1.2.3.example", "10.0.0.0/8", false), ("reg.example", "reg.example:x", false),
    ])
  func exceptions(authority: String, exception: String, isException: Bool) throws {
    let found = try proxy("https://\(authority)/", ["HTTPS_PROXY": "h:1", "NO_PROXY": exception])
    #expect((found == nil) == isException)
  }

  @Test(
    "a proxy is written with scheme, user and port, or without",
    arguments: [
      ("proxy", "http://proxy:80"), ("proxy:3128", "http://proxy:3128"),
      ("http://proxy:3128/", "http://proxy:3128"), ("HTTP://Proxy", "http://proxy:80"),
      ("socks5://proxy", "socks5://proxy:1080"), ("socks5h://proxy:9", "socks5://proxy:9"),
      ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
      ("socks5://[::2]", "socks5://[::2]:1080"), ("http://u:p@proxy:1", "http://proxy:1"),
    ])
  func addresses(text: String, written: String) throws {
    #expect(try "\(ProxyAddress(parsing: text, variable: "v"))" == written)
  }

  @Test("user and password are decoded, and never shown")
  func credentials() throws {
    let proxy = try ProxyAddress(parsing: "http://me%40x:hunter%3A2@proxy", variable: "v")
    #expect(proxy.credentials == .password(user: "me@x", password: "hunter:2"))
    #expect(!"\(proxy) \(String(reflecting: proxy))".contains("hunter"))
    let user = try ProxyAddress(parsing: "http://me@proxy", variable: "v")
    #expect(user.credentials == .password(user: "me", password: ""))
  }

  @Test(
    "what Firn cannot speak to is an error that names the variable and no secret",
    arguments: [
      "https://me:hunter2@proxy", "ftp://me:hunter2@proxy", "socks5://me:hunter2@proxy",
      "http://me:hunter2%zz@proxy", "http://me:hunter2@", "http://me:hunter2@proxy:99999",
    ])
  func broken(text: String) {
    let error = #expect(throws: RegistryError.self) {
      try ProxyAddress(parsing: text, variable: "HTTPS_PROXY")
    }
    #expect(error?.description.contains("HTTPS_PROXY") == true)
    #expect(error?.description.contains("hunter2") == false)
    #expect(error?.failure.code == .configuration)
  }
}
