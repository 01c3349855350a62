import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The check of names that two want")
struct RaceCheckTests {
  private func name(_ first: Race.Turn, _ second: Race.Turn, _ owner: Character?) -> Race.Name {
    Race.Name(first: first, second: second, owner: owner?.asciiValue)
  }

  private func check(_ kind: RaceCheck.Kind = .create, _ names: Race.Name...) -> CheckResult {
    RaceCheck(store: "/s", kind: kind, race: Race(names: names)).result
  }

  @Test("is content when each name has one winner", arguments: RaceCheck.Kind.allCases)
  func fine(kind: RaceCheck.Kind) {
    let result = check(kind, name(.won, .lost, "1"), name(.lost, .won, "2"))
    #expect(result.outcome == .ok)
    #expect(result.name == kind.rawValue)
    #expect(result.sentence.contains("2 names (1 and 1)"))
  }

  @Test("finds a name that two got")
  func both() {
    for owner in ["1", "2"] as [Character] {
      let result = check(.link, name(.won, .lost, "1"), name(.won, .won, owner))
      #expect(result.outcome == .problem)
      #expect(result.sentence.contains("both got 1"))
      #expect(result.nextStep != nil)
    }
  }

  @Test("finds a name that is not the winner's, or is not there")
  func wrongOwner() {
    #expect(check(.create, name(.won, .lost, "2")).outcome == .problem)
    #expect(check(.create, name(.lost, .won, "1")).outcome == .problem)
    #expect(check(.create, name(.won, .lost, nil)).outcome == .problem)
    #expect(check(.create, name(.lost, .lost, nil)).outcome == .problem)
    #expect(check(.create, name(.lost, .lost, "x")).outcome == .problem)
  }

  @Test("warns when the winner is told that it lost, as NFS may do")
  func lie() {
    #expect(check(.link, name(.lost, .lost, "1"), name(.won, .lost, "1")).outcome == .warning)
  }

  @Test("names the error where there is one")
  func failures() {
    let result = check(.link, name(.failed(.notPermitted), .lost, nil), name(.won, .lost, "1"))
    #expect(result.outcome == .problem)
    #expect(result.sentence.contains("link(2) fails"))
    #expect(result.sentence.contains("1 of 4 times"))
    #expect(check(.create, name(.won, .failed(.ioError), "1")).outcome == .problem)
  }
}

@Suite("The check of renaming")
struct RenameCheckTests {
  private func check(_ report: RenameReport) -> CheckResult {
    RenameCheck(store: "/s", report: report).result
  }

  @Test("is content with whole files, each newer than the one before")
  func fine() { #expect(check(RenameReport(reads: 100, sawLast: true)).outcome == .ok) }

  @Test(
    "finds readers that found something else",
    arguments: [
      (RenameReport(reads: 100, missing: 2, sawLast: true), "no file"),
      (RenameReport(reads: 100, torn: 2, sawLast: true), "part"),
      (RenameReport(reads: 100, older: 2, sawLast: true), "older"),
      (RenameReport(reads: 100, failed: 2, sawLast: true), "failed"),
    ])
  func broken(report: RenameReport, word: String) {
    let result = check(report)
    #expect(result.outcome == .problem)
    #expect(result.sentence.contains("of 100 reads 2 "))
    #expect(result.sentence.contains(word))
  }

  @Test("warns of a reader who never saw the last")
  func stale() { #expect(check(RenameReport(reads: 100)).outcome == .warning) }
}
