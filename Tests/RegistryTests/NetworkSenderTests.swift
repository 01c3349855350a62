import Digests
import Failures
import Logging
import OCI
import SystemPackage
import Testing

@testable import Registry

@Suite("The network")
struct NetworkSenderTests {
  private func sender(idle: Duration = .seconds(5)) throws -> NetworkSender {
    try NetworkSender(trust: TrustSettings(), connectTimeout: .seconds(60), idleTimeout: idle)
  }

  private func request(_ server: RawServer, _ target: String = "/") throws -> HTTPRequest {
    HTTPRequest(
      address: try #require(
        WebAddress(secure: false, authority: "127.0.0.1:\(server.port)", target: target)))
  }

  @Test("nothing is decoded, and the head is sent as it is meant")
  func head() async throws {
    let server = try RawServer([
      .init(
        answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-A: 1\r\nx-a: 2\r\n"
          + "Content-Length: 3\r\n\r\nabc")
    ])
    let sender = try sender()
    var request = try request(server, "/v2/a?b=c%2Fd")
    request.headers["range"] = "bytes=1-"
    let response = try await sender.send(request)
    #expect(response.status == 200)
    #expect(response.headers.all("x-a") == ["1", "2"])
    #expect(try await response.body.collect(limit: 10) == Array("abc".utf8))
    let head = server.requests[0].lowercased()
    #expect(head.hasPrefix("get /v2/a?b=c%2fd http/1.1\r\n"))
    #expect(head.contains("accept-encoding: identity\r\n"))
    #expect(head.contains("user-agent: firn\r\n") && head.contains("range: bytes=1-\r\n"))
    await sender.close()
  }

  @Test("silence before the head and in the body is noticed")
  func stall() async throws {
    let server = try RawServer([
      .init(answer: "", silence: .seconds(300)),
      .init(answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", silence: .seconds(300)),
    ])
    let sender = try sender(idle: .seconds(1))
    let stalled = RegistryError.stalled(
      registry: "127.0.0.1:\(server.port)", after: .seconds(1))
    let start = ContinuousClock.now
    await #expect(throws: stalled) { try await sender.send(try request(server)) }
    let response = try await sender.send(try request(server))
    await #expect(throws: stalled) { try await response.body.collect(limit: 10) }
    #expect(start.duration(to: .now) < .seconds(150))
    await sender.close()
  }

  @Test("a few bytes now and then are silence, too")
  func trickle() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    let server = try RawServer([.init(answer: head, drops: 10_000)])
    let sender = try sender(idle: .seconds(1))
    let stalled = RegistryError.stalled(
      registry: "127.0.0.1:\(server.port)", after: .seconds(1))
    let response = try await sender.send(try request(server))
    await #expect(throws: stalled) { try await response.body.collect(limit: 10_000) }
    await sender.close()
  }

  @Test("a cancelled import does not wait for a registry that says nothing when it is greeted")
  func cancelledGreeting() async throws {
    let silent = RawServer.Script(answer: "", silence: .seconds(300))
    let server = try RawServer([silent, silent, silent])
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    options.idleTimeout = .seconds(300)
    let repository = try Repository(
      Reference(parsing: "127.0.0.1:\(server.port)/a:t"), options: options,
      logger: Logger(label: "test"))
    let start = ContinuousClock.now
    let task = Task { try await repository.manifest() }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    let error = await #expect(throws: RegistryError.self) { _ = try await task.value }
    #expect(error == .cancelled)
    #expect(start.duration(to: .now) < .seconds(150))
    await repository.close()
  }

  @Test("a consumer that is slow itself is not taken for a registry that is")
  func slowConsumer() async throws {
    let server = try RawServer([
      .init(answer: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", silence: .seconds(10))
    ])
    let sender = try sender(idle: .seconds(1))
    let response = try await sender.send(try request(server))
    try await Task.sleep(for: .seconds(2))
    #expect(try await response.body.collect(limit: 10) == Array("abc".utf8))
    await sender.close()
  }

  @Test("a server that says nothing when it is greeted holds up neither an error nor an end")
  func silentHandshake() async throws {
    // Connections are made, and nobody takes them.
    let server = try RawServer([])
    defer { withExtendedLifetime(server) {} }
    let address = try #require(
      WebAddress(secure: true, authority: "127.0.0.1:\(server.port)", target: "/"))
    let start = ContinuousClock.now
    let impatient = try sender(idle: .seconds(1))
    await #expect(throws: RegistryError.self) {
      try await impatient.send(HTTPRequest(address: address))
    }
    await impatient.close()
    #expect(start.duration(to: .now) < .seconds(40))
    let patient = try sender(idle: .seconds(300))
    let task = Task {
      _ = try? await patient.send(HTTPRequest(address: address))
      await patient.close()
    }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    await task.value
    #expect(start.duration(to: .now) < .seconds(50))
  }

  @Test("what is no HTTP is told so, in words")
  func noHTTP() async throws {
    let server = try RawServer([.init(answer: "220 a mail server\r\n\r\n")])
    let sender = try sender()
    let expected = RegistryError.unreachable(
      registry: "127.0.0.1:\(server.port)", reason: "its answer is not HTTP")
    await #expect(throws: expected) { try await sender.send(try request(server)) }
    await sender.close()
  }

  @Test(
    "what TLS could not do is told in words",
    arguments: [
      (
        "handshakeFailed(NIOSSL.BoringSSLError.sslError([EOF during handshake]))",
        "closed the connection"
      ),
      ("uncleanShutdown", "broke off"),
    ])
  func tlsFailures(text: String, words: String) {
    let error = NetworkFailure.tlsFailure(text, registry: "r")
    #expect(error.isTransient)
    #expect(error.failure.cause?.contains(words) == true)
    #expect(error.failure.cause?.contains(text) == false)
  }

  @Test("a body that ends early is an error")
  func earlyEnd() async throws {
    let server = try RawServer([
      .init(answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
      .init(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
      .init(answer: "HTTP/1.1 2"), .init(answer: "noise\r\n\r\n"),
    ])
    let sender = try sender()
    for _ in 0..<2 {
      let response = try await sender.send(try request(server))
      await #expect(throws: RegistryError.self) { try await response.body.collect(limit: 10) }
    }
    for _ in 0..<2 {
      await #expect(throws: RegistryError.self) { try await sender.send(try request(server)) }
    }
    await sender.close()
  }

  @Test("a cancelled task stops waiting at once")
  func cancellation() async throws {
    let server = try RawServer([.init(answer: "", silence: .seconds(300))])
    let sender = try sender(idle: .seconds(300))
    let request = try request(server)
    let start = ContinuousClock.now
    let task = Task { try await sender.send(request) }
    try await Task.sleep(for: .milliseconds(200))
    task.cancel()
    await #expect(throws: RegistryError.cancelled) { _ = try await task.value }
    #expect(start.duration(to: .now) < .seconds(150))
    await sender.close()
  }

  @Test("a download over a broken line is resumed by range")
  func resume() async throws {
    let ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
    let part = "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Length: 6\r\n"
    let server = try RawServer([
      .init(answer: ""), .init(answer: "\(ok)Content-Length: 0\r\n\r\n"),
      .init(answer: "\(ok)Content-Length: 10\r\n\r\n0123", silence: .seconds(300)),
      .init(answer: "\(part)Content-Range: bytes 4-9/10\r\n\r\n456789"),
    ])
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    options.idleTimeout = .seconds(1)
    let repository = try Repository(
      Reference(parsing: "127.0.0.1:\(server.port)/a:t"), options: options,
      logger: Logger(label: "test"))
    let bytes = Array("0123456789".utf8)
    let blob = Descriptor(mediaType: .ociLayer, digest: .of(bytes.span.bytes), size: 10)
    let read = try await repository.blob(blob, document: "layer 1")
      .collect(limit: 100, document: "layer 1")
    #expect(read == bytes)
    #expect(server.requests.last?.lowercased().contains("range: bytes=4-\r\n") == true)
    await repository.close()
  }

  @Test("names that do not exist and files that are no certificates are explained")
  func explanations() async throws {
    let sender = try sender()
    let nowhere = try #require(WebAddress(parsing: "https://nowhere.invalid/"))
    let error = await #expect(throws: RegistryError.self) {
      try await sender.send(HTTPRequest(address: nowhere))
    }
    #expect(error?.failure.cause?.contains("nowhere.invalid") == true)
    #expect(error?.isTransient == true)
    await sender.close()
    #expect(throws: RegistryError.self) {
      try NetworkSender(
        trust: TrustSettings(authorities: ["/etc/hostname"]), connectTimeout: .seconds(1),
        idleTimeout: .seconds(1))
    }
  }
}
