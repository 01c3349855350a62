import Commands
import Failures
import OCI
import Testing

@testable import firn

@Suite("The report on an update")
struct UpdateReportTests {
  @Test("of a failure says why, in words and by its code")
  func failure() async throws {
    let report = await UpdateReport("a") { source in
      source = "docker://r.example/a"
      throw Failure(
        .registryUnreachable, "nobody answers", cause: "no\nroute", nextStep: "Try again")
    }
    #expect(report.line == "a: unknown, nobody answers: no; route. Try again")
    #expect(report.failure?.code == .registryUnreachable)
    let json = try JSONValue(parsing: Array(try Output.jsonLine(report).utf8))
    #expect(
      json == [
        "error": "registry-unreachable", "name": "a", "state": "unknown",
        "source": "docker://r.example/a", "message": "nobody answers", "cause": "no\nroute",
        "next": "Try again",
      ])
  }

  @Test("of an image nobody knows whom to ask about has no source")
  func unknownSource() async throws {
    let report = await UpdateReport("a") { _ in throw Failure(.sourceNotFound, "unknown\u{1B}") }
    #expect(report.source == nil)
    #expect(report.line == "a: unknown, unknown?")
  }

  @Test("has an exit status that no error has")
  func status() {
    #expect(FailureCode.allCases.allSatisfy { $0.exitStatus != CheckUpdateCommand.newerStatus })
  }
}
