import Digests
import Failures
import OCI
import Testing

@Suite("Errors of documents")
struct OCIErrorTests {
  private static let all: [(OCIError, FailureCode)] = [
    (.malformedJSON(reason: "r", offset: 3), .imageInvalid),
    (.invalid(document: "the image manifest", reason: "r"), .imageInvalid),
    (.unsupported(document: "the image manifest", reason: "r"), .imageInvalid),
    (.tooLarge(document: "the image manifest", size: 5, limit: 4), .imageInvalid),
    (.invalidName("x", reason: "r"), .usage),
    (.noSuchPlatform(wanted: .host, available: []), .sourceNotFound),
    (.sizeMismatch(document: "layer 1", expected: 1, actual: 2), .digestMismatch),
  ]

  @Test("every error has its code, a sentence and a next step", arguments: all)
  func codes(error: OCIError, code: FailureCode) {
    #expect(error.failure.code == code)
    #expect(!error.failure.sentence.isEmpty && !error.failure.sentence.hasSuffix("."))
    #expect(error.failure.nextStep?.isEmpty == false)
    #expect(error.description == error.failure.description)
  }

  @Test("what strangers wrote is shown short and printable")
  func hostileText() {
    let hostile = "\u{1B}[2J" + String(repeating: "x", count: 10_000)
    let text = OCIError.invalidName(hostile, reason: "r").description
    #expect(!text.contains("\u{1B}") && text.count < 400)
    let manifest = ##"{"schemaVersion":2,"mediaType":"\u001b[2J","layers":[]}"##
    do {
      _ = try ManifestDocument(parsing: Array(manifest.utf8))
      Issue.record("accepted")
    } catch { #expect(!error.description.contains("\u{1B}")) }
  }

  @Test("the cause is that of the error below, without what that one says to do")
  func cause() {
    let text = "reg.example/a@sha256:0"
    let error = #expect(throws: OCIError.self) { try Reference(parsing: text) }
    #expect(error == .invalidName(text, reason: "'sha256:0' is not a digest"))
  }

  @Test("an error about a platform lists those that there are")
  func platforms() throws {
    let error = OCIError.noSuchPlatform(
      wanted: try Platform(parsing: "linux/s390x"),
      available: [try Platform(parsing: "linux/amd64"), try Platform(parsing: "linux/arm/v7")])
    #expect(error.description.contains("linux/s390x"))
    #expect(error.description.contains("linux/amd64, linux/arm/v7"))
    #expect(error.failure.nextStep?.contains("--platform") == true)
  }
}
