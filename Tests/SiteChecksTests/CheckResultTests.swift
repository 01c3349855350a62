import FoundationEssentials
import SiteChecks
import Testing

@Suite("A result")
struct CheckResultTests {
  @Test("has the members that the manual lists")
  func members() throws {
    let result = CheckResult("n", of: "s", .warning, "a", nextStep: "b")
    let data = try JSONEncoder().encode(result)
    let members = try JSONDecoder().decode([String: String].self, from: data)
    #expect(
      members == ["name": "n", "subject": "s", "outcome": "warning", "message": "a", "next": "b"])
    #expect(try JSONDecoder().decode(CheckResult.self, from: data) == result)
    let bare = try JSONEncoder().encode(CheckResult("n", .ok, "a"))
    #expect(try JSONDecoder().decode([String: String].self, from: bare).count == 3)
  }

  @Test("is worse the later its outcome is listed")
  func order() {
    #expect(CheckOutcome.allCases == [.ok, .note, .warning, .problem])
    #expect(CheckOutcome.allCases.sorted() == CheckOutcome.allCases)
    #expect(CheckOutcome.allCases.max() == .problem)
    #expect(!(CheckOutcome.ok < .ok))
  }
}
