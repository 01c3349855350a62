import SiteChecks
import Testing

@testable import Commands

@Suite("The doctor's report")
struct DoctorReportTests {
  @Test("has a line in columns for each check, and below it what to do")
  func lines() {
    let results = [
      CheckResult("clock", of: "/s", .ok, "it is right", nextStep: "Nothing"),
      CheckResult("file-system", .problem, "it is gone", nextStep: "Mount it"),
      CheckResult("x", .note, "that is so", nextStep: "Do that"),
      CheckResult("y", .warning, "beware"),
    ]
    #expect(
      DoctorReport(results).lines == [
        "ok       clock        /s: it is right",
        "problem  file-system  it is gone",
        "         next: Mount it",
        "note     x            that is so",
        "         next: Do that",
        "warning  y            beware",
      ])
    #expect(DoctorReport([]).lines == [])
  }
}
