import SiteChecks
import Testing

@Suite("A result")
struct CheckResultTests {
  @Test("is worse the later its outcome is listed")
  func order() {
    #expect(CheckOutcome.allCases == [.ok, .note, .warning, .problem])
    #expect(CheckOutcome.allCases.sorted() == CheckOutcome.allCases)
    #expect(CheckOutcome.allCases.max() == .problem)
    #expect(!(CheckOutcome.ok < .ok))
  }
}
