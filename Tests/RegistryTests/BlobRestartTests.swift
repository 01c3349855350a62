import Digests
import Failures
import OCI
import Synchronization
import Testing

@testable import Registry

@Suite("Wrong bytes")
struct BlobRestartTests {
  private let body = "0123456789"

  private var blob: Descriptor {
    Descriptor(
      mediaType: .ociLayer, digest: Digest.of(Array(body.utf8).span.bytes), size: 10)
  }

  /// A registry whose blobs are these, one after the other, and then the last for ever.
  private func registry(_ bodies: [String]) -> FakeRegistry {
    let rest = Mutex(bodies[...])
    return FakeRegistry { request, _ in
      if request.address.target == "/v2/" { return HTTPResponse(200) }
      return HTTPResponse(
        200, [:], rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "" })
    }
  }

  private func read(_ registry: FakeRegistry) async throws -> String {
    let stream = try registry.repository("reg.example/a:t").blob(blob, document: "layer 1")
    return String(
      decoding: try await stream.collect(limit: 100, document: "layer 1"), as: UTF8.self)
  }

  @Test(
    "are read once more from the beginning",
    arguments: ["9876543210", "012345678X", "0123456789 and more"])
  func once(wrong: String) async throws {
    let registry = registry([wrong, body])
    #expect(try await read(registry) == body)
    #expect(registry.requests.count == 3)
    #expect(registry.requests.allSatisfy { $0.headers["range"] == nil })
  }

  @Test("are an error the second time")
  func twice() async throws {
    let registry = registry(["9876543210", "9876543211", body])
    let error = await #expect(throws: OCIError.self) { try await read(registry) }
    #expect(error?.failure.code == .digestMismatch)
    #expect(registry.requests.count == 3)
  }

  @Test("that break their reader early are recognised by the digest of the whole")
  func earlyFailure() async throws {
    let registry = registry(["9876543210", body])
    let stream = try registry.repository("reg.example/a:t").blob(blob, document: "layer 1")
    var iterator = stream.makeAsyncIterator()
    _ = try await iterator.next()
    let damaged = Failure(.imageInvalid, "the gzip data is damaged")
    let again = try #require(await stream.restarted(after: damaged))
    #expect(try await again.collect(limit: 100, document: "layer 1") == Array(body.utf8))
    #expect(await again.restarted(after: damaged) == nil)
  }

  @Test("are not blamed for a reader's errors where the bytes are right, nor for other errors")
  func rightBytes() async throws {
    let repository = try registry([body]).repository("reg.example/a:t")
    let right = repository.blob(blob, document: "layer 1")
    #expect(await right.restarted(after: Failure(.imageInvalid, "x")) == nil)
    let wrong = try registry(["9876543210"]).repository("reg.example/a:t")
    for error in [Failure(.noSpace, "x"), Failure(.registryUnreachable, "x")] {
      #expect(await wrong.blob(blob, document: "layer 1").restarted(after: error) == nil)
    }
    let local = BlobStream { nil }.verified(against: blob, document: "layer 1")
    #expect(await local.restarted(after: Failure(.digestMismatch, "x")) == nil)
  }

  @Test("of a manifest are asked for once more")
  func manifest() async throws {
    let digest = Digest.of(Array(body.utf8).span.bytes)
    let good = registry(["wrong", body])
    let document = try await good.repository("reg.example/a@\(digest)").manifest()
    #expect(document.bytes == Array(body.utf8))
    let bad = registry(["wrong"])
    await #expect(throws: RegistryError.self) {
      try await bad.repository("reg.example/a@\(digest)").manifest()
    }
    #expect(bad.requests.count == 3)
  }

  @Test("of a stream end its reading for good")
  func staysWrong() async throws {
    let stream = try registry(["0123456789 and more"]).repository("reg.example/a:t")
      .blob(blob, document: "layer 1")
    var iterator = stream.makeAsyncIterator()
    for _ in 0..<3 {
      await #expect(throws: OCIError.self) { while try await iterator.next() != nil {} }
    }
  }
}
