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

  @Test(
    "a proxy that refuses is told from a registry that does",
    arguments: [
      ("407 Authentication required", FailureCode.configuration, false),
      ("403 Forbidden", .registryUnreachable, true),
    ])
  func refusals(status: String, code: FailureCode, isTransient: Bool) async throws {
    let answer = "HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n"
    let server = try RawServer([RawServer.Script](repeating: .init(answer: answer), count: 5))
    let sender = try sender(["HTTP_PROXY": "me:hunter2@127.0.0.1:\(server.port)"])
    var error: RegistryError?
    // A connection may break before the proxy has spoken, which is then asked again.
    for _ in 0..<5 {
      error = await #expect(throws: RegistryError.self) {
        try await sender.send(try request("http://reg.invalid/"))
      }
      if error?.description.contains("proxy for") == true
        || error?.failure.cause?.contains("proxy") == true
      {
        break
      }
    }
    let text = String(describing: error)
    #expect(error?.failure.code == code && error?.isTransient == isTransient, "\(text)")
    #expect(text.contains("127.0.0.1:\(server.port)"), "\(text)")
    #expect(!text.contains("hunter2"))
    await sender.close()
  }

  @Test("a proxy that is not there is named, and not taken for the registry")
  func missing() async throws {
    // Bound for as long as it takes to learn a number that nobody listens at afterwards.
    let port = try RawServer([]).port
    let sender = try sender(["HTTP_PROXY": "me:hunter2@127.0.0.1:\(port)"])
    let error = await #expect(throws: RegistryError.self) {
      try await sender.send(try request("http://reg.invalid/"))
    }
    #expect(error?.failure.cause?.contains("127.0.0.1:\(port)") == true)
    #expect(error?.failure.description.contains("hunter2") == false)
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
