import Failures
import OCI
import Testing

@testable import Commands

@Suite("Reports of errors")
struct ErrorReportTests {
  private let whole = Failure(
    .storeCorrupt, "the \"store\" is damaged", cause: "a/b: no\nthing", nextStep: "Repair it")
  private let short = Failure(.usage, "no")

  @Test("for people have a line for what, why and what to do")
  func text() {
    #expect(
      ErrorReport(short, arguments: ["firn", "list"]).text == "firn: no\n")
    let lines = ErrorReport(whole, arguments: []).text.split(separator: "\n")
    #expect(lines.first == "firn: the \"store\" is damaged")
    #expect(lines.last == "  next:  Repair it")
    #expect(lines.contains { $0.hasPrefix("  cause: a/b: no") })
  }

  @Test("give sentence and cause to the report of another error, and not what to do next")
  func reason() {
    #expect(whole.reason == "the \"store\" is damaged: a/b: no\nthing")
    #expect(short.reason == "no" && short.description == "no")
    #expect(whole.description == "\(whole.reason). Repair it")
  }

  @Test("for programs are one line of JSON")
  func json() throws {
    let text = ErrorReport(whole, arguments: ["firn", "list", "--json"]).text
    #expect(text.hasSuffix("\n"))
    #expect(text.dropLast().contains("\n") == false)
    let json = try JSONValue(parsing: Array(text.utf8))
    #expect(
      json == [
        "code": "store-corrupt", "message": "the \"store\" is damaged", "cause": "a/b: no\nthing",
        "next": "Repair it",
      ])
    let bare = try JSONValue(
      parsing: Array(ErrorReport(short, arguments: ["--json"]).text.utf8))
    #expect(bare["code"] == "usage")
    #expect(bare["cause"]?.string == nil)
  }

  @Test("go from one process to another and back", arguments: FailureCode.allCases)
  func transfer(code: FailureCode) {
    for cause in [nil, "because"] {
      for next in [nil, "Do: this"] {
        let failure = Failure(code, "a sentence", cause: cause, nextStep: next)
        #expect(FailureText.decode(FailureText.encode(failure)) == failure)
      }
    }
  }

  @Test("keep four lines on their way, whatever they say")
  func newlines() {
    let failure = Failure(.inputOutput, "one\ntwo", cause: "three\n\nfour\n", nextStep: "\nfive")
    let text = FailureText.encode(failure)
    #expect(text.count { $0 == "\n" } == 3)
    #expect(
      FailureText.decode(text)
        == Failure(.inputOutput, "one two", cause: "three  four ", nextStep: " five"))
  }

  @Test(
    "are not made of any other text",
    arguments: [
      "", "R", "Segmentation fault", "usage", "usage\na\nb", "nonsense\na\nb\nc",
      "usage\na\nb\nc\nd",
    ])
  func otherText(text: String) {
    #expect(FailureText.decode(text) == nil)
  }
}
