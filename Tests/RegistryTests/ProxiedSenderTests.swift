import Failures
import Testing

@testable import Registry

@Suite("Connections through a proxy")
struct ProxiedSenderTests {
  private func sender(_ environment: [String: String]) throws -> NetworkSender {
    try NetworkSender(
      trust: TrustSettings(), proxies: ProxySettings(environment: environment),
      connectTimeout: .seconds(60), idleTimeout: .seconds(5))
  }

  private func request(_ address: String) throws -> HTTPRequest {
    var request = HTTPRequest(address: try #require(WebAddress(parsing: address)))
    request.headers["authorization"] = "Bearer t"
    return request
  }

  private let answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"

  @Test("the proxy is asked to connect, is told who asks, and sees nothing else")
  func tunnel() async throws {
    let server = try RawServer([
      .init(answer: "HTTP/1.1 200 Connection established\r\n\r\n", further: [answer])
    ])
    let sender = try sender(["http_proxy": "http://me:hunter2@127.0.0.1:\(server.port)"])
    let response = try await sender.send(try request("http://reg.invalid:5000/v2/"))
    #expect(try await response.body.collect(limit: 10) == Array("abc".utf8))
    let heads = server.requests.map { $0.lowercased() }
    #expect(heads.count == 2)
    #expect(heads.first?.hasPrefix("connect reg.invalid:5000 http/1.1\r\n") == true)
    #expect(heads.first?.contains("proxy-authorization: basic bwu6ahvudgvymg==") == true)
    #expect(heads.first?.contains("bearer t") == false)
    #expect(heads.last?.hasPrefix("get /v2/ http/1.1\r\n") == true)
    #expect(heads.last?.contains("proxy-authorization") == false)
    await sender.close()
  }

  @Test("each target has its way: what NO_PROXY names is asked directly")
  func exceptions() async throws {
    let direct = try RawServer([.init(answer: answer)])
    let proxy = try RawServer([
      .init(answer: "HTTP/1.1 200 OK\r\n\r\n", further: [answer])
    ])
    let sender = try sender([
      "ALL_PROXY": "127.0.0.1:\(proxy.port)", "NO_PROXY": "nowhere.invalid",
    ])
    for address in ["http://127.0.0.1:\(direct.port)/a", "http://reg.invalid/b"] {
      let response = try await sender.send(try request(address))
      #expect(try await response.body.collect(limit: 10) == Array("abc".utf8))
    }
    let unknown = await #expect(throws: RegistryError.self) {
      try await sender.send(try request("http://nowhere.invalid/"))
    }
    #expect(unknown?.description.contains("nowhere.invalid") == true)
    #expect(direct.requests.count == 1 && proxy.requests.count == 2)
    #expect(proxy.requests.first?.hasPrefix("CONNECT reg.invalid:80 ") == true)
    await sender.close()
  }

  @Test("a proxy that refuses is told from a registry that does")
  func refusals() async throws {
    let server = try RawServer([
      .init(answer: "HTTP/1.1 407 Authentication required\r\nContent-Length: 0\r\n\r\n"),
      .init(answer: "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
    ])
    let sender = try sender(["HTTP_PROXY": "me:hunter2@127.0.0.1:\(server.port)"])
    let denied = await #expect(throws: RegistryError.self) {
      try await sender.send(try request("http://reg.invalid/"))
    }
    #expect(
      denied?.failure.code == .configuration && denied?.isTransient == false,
      "\(String(describing: denied))")
    #expect(denied?.description.contains("hunter2") == false)
    let refused = await #expect(throws: RegistryError.self) {
      try await sender.send(try request("http://reg.invalid/"))
    }
    #expect(
      refused?.description.contains("proxy") == true && refused?.isTransient == true,
      "\(String(describing: refused))")
    await sender.close()
  }

  @Test("a sender that was closed sends nothing any more")
  func closed() async throws {
    let server = try RawServer([.init(answer: answer)])
    let sender = try sender([:])
    await sender.close()
    await #expect(throws: RegistryError.self) {
      try await sender.send(try request("http://127.0.0.1:\(server.port)/"))
    }
    #expect(server.requests.isEmpty)
  }
}
