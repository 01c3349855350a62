import Failures
import Linux
import OCI
import SystemPackage
import Testing

@testable import Registry

@Suite("Errors of registries")
struct RegistryErrorTests {
  private static let all: [(RegistryError, FailureCode)] = [
    (.unreachable(registry: "reg", reason: "why"), .registryUnreachable),
    (.stalled(registry: "reg", after: .seconds(60)), .registryUnreachable),
    (
      .overloaded(registry: "reg", status: 503, retryAfter: nil, reason: "why"),
      .registryUnreachable
    ),
    (.untrusted(registry: "reg", reason: "why"), .registryUnreachable),
    (.notRegistry(registry: "reg", reason: "why"), .registryUnreachable),
    (.unauthorized(repository: "reg/a", source: nil, reason: "why"), .unauthorized),
    (.unauthorized(repository: "reg/a", source: "f", reason: "why"), .unauthorized),
    (.notFound("image reg/a", reason: "why"), .sourceNotFound),
    (.refused(registry: "reg", status: 400, reason: "why"), .registryUnreachable),
    (.badRedirect(registry: "reg", reason: "why"), .registryUnreachable),
    (.blocked("reg/a", by: "file"), .configuration),
    (.configuration(file: "reg.conf", reason: "why"), .configuration),
    (
      .noLoginPlace(file: "/run/reg", SystemError("mkdir", "/run", .permissionDenied)),
      .permissionDenied
    ),
    (
      .nowhere(.notFound("image reg/a", reason: "why"), causes: ["mirror: x", "reg: y"]),
      .sourceNotFound
    ),
    (.notLoggedIn(registry: "reg", file: "auth.json"), .configuration),
    (.credentialHelper("docker-credential-reg", reason: "why"), .configuration),
    (.content(.sizeMismatch(document: "reg's layer", expected: 1, actual: 2)), .digestMismatch),
    (.system(SystemError("open", "/reg", .permissionDenied)), .permissionDenied),
    (.cancelled, .interrupted),
  ]

  @Test("every error has its code and names what it is about", arguments: all)
  func codes(error: RegistryError, code: FailureCode) {
    #expect(error.failure.code == code)
    #expect(error.failure.sentence.contains("reg") || error == .cancelled)
    #expect(!error.failure.sentence.hasSuffix("."))
    #expect(error.failure.nextStep?.hasSuffix(".") != true)
    #expect(error.description == error.failure.description)
  }

  @Test("every error but an interruption says what to do", arguments: all)
  func nextSteps(error: RegistryError, code: FailureCode) {
    #expect((error.failure.nextStep != nil) == (error != .cancelled))
  }

  @Test("what no endpoint had may be asked for again where the registry's own error may pass")
  func nowhere() {
    let passing = RegistryError.unreachable(registry: "r", reason: "x")
    let error = RegistryError.nowhere(passing, causes: ["m: a", "r: b"])
    #expect(error.isTransient)
    #expect(error.failure.cause == "m: a\nr: b")
    #expect(error.failure.sentence == passing.failure.sentence)
  }

  @Test(
    "the status is said once, with the registry's words where there are some",
    arguments: [("status 503", nil), ("status 503, busy: wait", "busy: wait"), ("why", "why")]
      as [(String, String?)])
  func status(reason: String, cause: String?) {
    for error in [
      RegistryError.overloaded(registry: "reg", status: 503, retryAfter: nil, reason: reason),
      .refused(registry: "reg", status: 503, reason: reason),
    ] {
      #expect(error.failure.sentence.contains("503"))
      #expect(error.failure.cause == cause)
    }
  }

  @Test("only what may pass is transient")
  func transient() {
    let transient = Self.all.map(\.0).filter(\.isTransient)
    #expect(transient.count == 3)
  }

  @Test("errors of the modules below stay what they are")
  func wrapping() {
    let content = OCIError.invalid(document: "d", reason: "r")
    #expect(RegistryError(content, registry: "r") == .content(content))
    #expect(RegistryError(CancellationError(), registry: "r") == .cancelled)
    let system = SystemError("read", nil, .ioError)
    #expect(RegistryError(system, registry: "r") == .system(system))
    #expect(RegistryError(RegistryError.cancelled, registry: "r") == .cancelled)
  }

  @Test("texts of strangers are made short and printable")
  func printable() {
    #expect(HTTPResponse.printable("a\u{1B}[2Jb\nc") == "a?[2Jb?c")
    #expect(HTTPResponse.printable("a\u{9B}2Jb\u{7F}é") == "a?2Jb?é")
    #expect(HTTPResponse.printable(String(repeating: "x", count: 999)).count == 300)
  }
}
