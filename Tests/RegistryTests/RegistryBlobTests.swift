import Digests
import Logging
import OCI
import Synchronization
import Testing

@testable import Registry

@Suite("Blobs of a registry")
struct RegistryBlobTests {
  private let body = "0123456789"

  private var blob: Descriptor {
    let bytes = Array(body.utf8)
    return Descriptor(mediaType: .ociLayer, digest: Digest.of(bytes.span.bytes), size: 10)
  }

  private func read(_ registry: FakeRegistry) async throws -> String {
    let stream = try registry.repository("reg.example/a:t", retries: 1)
      .blob(blob, document: "layer 1")
    return String(
      decoding: try await stream.collect(limit: 100, document: "layer 1"), as: UTF8.self)
  }

  @Test("after an early end the rest is asked for by range, at the registry's own address")
  func range() async throws {
    let registry = FakeRegistry { [body] request, _ in
      if request.address.target == "/v2/" { return HTTPResponse(200) }
      if request.address.origin.host == "reg.example" {
        return HTTPResponse(307, ["location": "https://cdn/x?sig=1"])
      }
      if request.headers["range"] == "bytes=4-" {
        return HTTPResponse(
          206, ["content-range": "bytes 4-9/10"], String(body.dropFirst(4)))
      }
      return HTTPResponse(200, [:], String(body.prefix(4)))
    }
    #expect(try await read(registry) == body)
    let path = "/v2/a/blobs/\(blob.digest)"
    #expect(registry.summary == ["/v2/", path, "/x", "\(path) bytes=4-", "/x bytes=4-"])
  }

  @Test(
    "a part that starts elsewhere is not used, nor is one that is refused",
    arguments: [
      HTTPResponse(206, ["content-range": "bytes 5-9/10"], "56789"), HTTPResponse(416),
      HTTPResponse(206, [:], "456789"),
    ])
  func wrongPart(answer: HTTPResponse) async throws {
    let registry = FakeRegistry { [body] request, number in
      if request.headers["range"] != nil { return answer }
      return HTTPResponse(200, [:], number == 2 ? "0123" : body)
    }
    #expect(try await read(registry) == body)
  }

  @Test("a layer not to be distributed comes from its own address when the registry lacks it")
  func foreign() async throws {
    let registry = FakeRegistry { [body] request, _ in
      if request.address.target == "/v2/" {
        return HTTPResponse(401, ["www-authenticate": #"Basic realm="x""#])
      }
      if request.address.origin.host == "layers.example" { return HTTPResponse(200, [:], body) }
      return HTTPResponse(404)
    }
    let foreign = Descriptor(
      mediaType: MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
      digest: blob.digest, size: 10, urls: ["https://layers.example/x"])
    let repository = try registry.repository(
      "reg.example/a:t", credentials: .password(user: "me", password: "hunter2"))
    let bytes = try await repository.blob(foreign, document: "layer 1")
      .collect(limit: 100, document: "layer 1")
    #expect(String(decoding: bytes, as: UTF8.self) == body)
    #expect(registry.requests.last?.headers["authorization"] == nil)
    let ordinary = Descriptor(
      mediaType: .ociLayer, digest: blob.digest, size: 10, urls: ["https://layers.example/x"])
    await #expect(throws: RegistryError.self) {
      try await repository.blob(ordinary, document: "layer 1")
        .collect(limit: 100, document: "layer 1")
    }
  }

  @Test(
    "an address outside the registry is asked again where that may help, from the beginning too",
    arguments: [
      [HTTPResponse(429), HTTPResponse(200, [:], "0123456789")],
      [HTTPResponse(408), HTTPResponse(200, [:], "0123456789")],
      [HTTPResponse(503), HTTPResponse(200, [:], "0123456789")],
      [HTTPResponse(200, [:], "01234"), HTTPResponse(416), HTTPResponse(200, [:], "0123456789")],
      [
        HTTPResponse(200, [:], "01234"),
        HTTPResponse(206, ["content-range": "bytes 6-9/10"], "6789"),
        HTTPResponse(200, [:], "0123456789"),
      ],
    ])
  func foreignRetry(answers: [HTTPResponse]) async throws {
    let count = Count()
    let outside = FakeRegistry { request, _ in
      request.address.origin.host == "layers.example"
        ? answers[min(count.next(), answers.count - 1)]
        : HTTPResponse(request.address.target == "/v2/" ? 200 : 404)
    }
    let foreign = Descriptor(
      mediaType: MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar"),
      digest: blob.digest, size: 10, urls: ["https://layers.example/x"])
    let bytes = try await outside.repository("reg.example/a:t")
      .blob(foreign, document: "layer 1").collect(limit: 100, document: "layer 1")
    #expect(String(decoding: bytes, as: UTF8.self) == body)
    #expect(count.value == answers.count)
  }
}

/// Counts calls.
private final class Count: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  func next() -> Int {
    number.withLock { number in
      defer { number += 1 }
      return number
    }
  }
}
