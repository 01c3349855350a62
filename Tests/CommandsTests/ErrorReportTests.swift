import Failures
import Logging
import OCI
import Synchronization
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

  @Test(
    "for people are free of control characters",
    arguments: ["\u{1B}[2J", "\u{9B}2J", "\u{7F}", "\r", "\u{8}", "\t", "\u{0}"])
  func controlCharacters(text: String) {
    let failure = Failure(.usage, "a\(text)b", cause: "c\(text)d", nextStep: "e\(text)f")
    let report = ErrorReport(failure, arguments: []).text
    let rest = "?" + text.unicodeScalars.dropFirst().map { String($0) }.joined()
    #expect(report == "firn: a\(rest)b\n  cause: c\(rest)d\n  next:  e\(rest)f\n")
  }

  @Test("for people have no lines but their own, and those of a cause stand below each other")
  func ownLines() {
    let failure = Failure(
      .usage, "a\nfirn: b", cause: "c\n  next:  d\r\ne", nextStep: "f\r\ng")
    #expect(
      ErrorReport(failure, arguments: []).text == """
        firn: a?firn: b
          cause: c
                   next:  d?
                 e
          next:  f??g

        """)
  }

  @Test("values in messages of the log stay on their line and in their quotes")
  func logValues() {
    let lines = Mutex("")
    let logger = Log.make(level: .notice) { line in lines.withLock { $0 += line } }
    logger.notice("m\u{1B}", metadata: ["k": "a\r\nfirn: \u{9B}b\"", "l": "x\u{7F}y"])
    #expect(lines.withLock { $0 } == "firn: notice: m? k=\"a??firn: ?b'\" l=x?y\n")
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
