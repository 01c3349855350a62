import Testing

@testable import Registry

@Suite("Retries")
struct RetryBudgetTests {
  private let broken = RegistryError.unreachable(registry: "r", reason: "x")

  @Test("waits grow up to a limit and then there are none")
  func growth() {
    var budget = RetryBudget(limit: 9)
    var waits: [Duration] = []
    while let wait = budget.delay(after: broken, random: 0.9999999) { waits.append(wait) }
    #expect(waits.count == 9)
    #expect(
      waits.map { Int(($0 / .milliseconds(1)).rounded()) / 100 } == [
        4, 9, 19, 39, 79, 159, 299, 299, 299,
      ])
    var lowest = RetryBudget(limit: 1)
    #expect(lowest.delay(after: broken, random: 0) == .milliseconds(250))
  }

  @Test("progress refills the budget")
  func refill() {
    var budget = RetryBudget(limit: 1)
    for _ in 0..<5 {
      #expect(budget.delay(after: broken, random: 0) != nil)
      #expect(budget.delay(after: broken, random: 0) == nil)
      budget.progressed()
    }
  }

  @Test("what the registry asks for is respected, up to a minute")
  func retryAfter() {
    var budget = RetryBudget(limit: 5)
    let busy = { (seconds: Int) in
      RegistryError.overloaded(
        registry: "r", status: 429, retryAfter: .seconds(seconds), reason: "")
    }
    #expect(budget.delay(after: busy(7), random: 0) == .seconds(7))
    #expect(budget.delay(after: busy(3600), random: 0) == .seconds(60))
  }

  @Test("a registry that never answered gets two attempts more")
  func firstContact() {
    var budget = RetryBudget(limit: 5)
    #expect(budget.delay(after: broken, random: 0, isFirstContact: true) != nil)
    #expect(budget.delay(after: broken, random: 0, isFirstContact: true) != nil)
    #expect(budget.delay(after: broken, random: 0, isFirstContact: true) == nil)
  }

  @Test(
    "what will not change is not tried again",
    arguments: [
      RegistryError.notFound("x", reason: ""), .cancelled, .blocked("x", by: "y"),
      .unauthorized(repository: "x", source: nil, reason: ""),
      .untrusted(registry: "r", reason: ""),
      .refused(registry: "r", status: 400, reason: ""),
    ])
  func permanent(error: RegistryError) {
    var budget = RetryBudget(limit: 5)
    #expect(budget.delay(after: error, random: 0) == nil)
  }

  @Test(
    "a Content-Range says where it starts",
    arguments: [
      ("bytes 5-9/10", 5), ("Bytes 0-0/*", 0), ("bytes 9-5/10", nil), ("bytes */10", nil),
      ("items 0-1/2", nil), ("bytes -5/10", nil), ("", nil),
    ] as [(String, UInt64?)])
  func contentRange(field: String, start: UInt64?) {
    #expect(ContentRange.start(field) == start)
  }
}
