import Commands
import Failures
import Testing

@testable import firn

@Suite("The report on an update")
struct UpdateReportTests {
  @Test("of a failure says why, in words and by its code")
  func failure() async throws {
    let report = await UpdateReport("a") {
      throw Failure(.registryUnreachable, "nobody answers", cause: "no route")
    }
    #expect(report.line == "a: unknown, nobody answers")
    #expect(report.failure?.code == .registryUnreachable)
    #expect(
      try Output.jsonLine(report)
        == "{\"error\":\"registry-unreachable\",\"name\":\"a\",\"state\":\"unknown\"}\n")
  }

  @Test("has an exit status that no error has")
  func status() {
    #expect(FailureCode.allCases.allSatisfy { $0.exitStatus != CheckUpdateCommand.newerStatus })
  }
}
