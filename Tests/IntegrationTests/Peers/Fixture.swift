import Testing

/// What the tests of a suite share: made before the first of them, gone after the last.
protocol Fixture: AnyObject, Sendable {
  init() throws
  /// Where the fixture of the running suite is found.
  static var slot: TaskLocal<Self?> { get }
}

extension Fixture {
  /// The fixture of the running suite.
  static var shared: Self {
    get throws { try #require(slot.get(), "the suite lacks .fixture(\(Self.self).self)") }
  }
}

/// Makes a fixture around a suite.
struct FixtureTrait<Value: Fixture>: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let fixture = try Value()
    try await Value.slot.withValue(fixture) { try await function() }
  }
}

extension Trait {
  /// The suite's tests share a fixture.
  static func fixture<Value: Fixture>(_: Value.Type) -> Self where Self == FixtureTrait<Value> {
    FixtureTrait<Value>()
  }
}
