import Testing

@testable import Registry

@Suite("Retry-After")
struct RetryAfterTests {
  @Test(
    "dates are read in the three forms of RFC 9110",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
      ("Fri, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
      ("sat, 31 dec 2022 23:59:60 gmt", 1_672_531_200),
    ] as [(String, Int64)])
  func dates(text: String, seconds: Int64) {
    #expect(HTTPDate.seconds(text) == seconds)
  }

  @Test(
    "what is no date is not taken for one",
    arguments: [
      "", "soon", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49 GMT",
      "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 06 Nov 1994 08:49:37 GMT GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov 1899 08:49:37 GMT",
    ])
  func noDate(text: String) {
    #expect(HTTPDate.seconds(text) == nil)
  }

  private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

  @Test("seconds are seconds, however many, and nonsense asks for nothing")
  func seconds() {
    func wait(_ field: String?) -> Duration? { RetryAfter.wait(field, date: nil, now: 0) }
    #expect(wait("7") == .seconds(7))
    #expect(wait(" 0 ") == .zero)
    #expect(wait("99999999999999999999999") == .seconds(86_400))
    for field in [nil, "", "-1", "1.5", "7s", "soon"] { #expect(wait(field) == nil) }
  }

  @Test("a date is counted from the response's own, or from now, and is never in the past")
  func countedDate() {
    let now: Int64 = 784_111_777
    let later = "Sun, 06 Nov 1994 08:50:07 GMT"
    #expect(RetryAfter.wait(later, date: date, now: 0) == .seconds(30))
    #expect(RetryAfter.wait(later, date: nil, now: now) == .seconds(30))
    #expect(RetryAfter.wait(later, date: "nonsense", now: now) == .seconds(30))
    #expect(RetryAfter.wait(date, date: later, now: now) == .zero)
    #expect(
      RetryAfter.wait("Sun, 06 Nov 9999 08:49:37 GMT", date: date, now: 0) == .seconds(86_400))
  }

  @Test("a response says it in either way, and the budget caps it")
  func response() throws {
    let response = HTTPResponse(
      503, ["retry-after": "Sun, 06 Nov 1994 08:49:57 GMT", "date": date])
    #expect(response.retryAfter == .seconds(20))
    #expect(HTTPResponse(503, ["retry-after": "3"]).retryAfter == .seconds(3))
    #expect(HTTPResponse(503).retryAfter == nil)
    var budget = RetryBudget(limit: 2)
    let error = RegistryError.overloaded(
      registry: "r", status: 503, retryAfter: .seconds(86_400), reason: "")
    #expect(budget.delay(after: error, random: 0) == RetryBudget.longestWait)
  }
}
