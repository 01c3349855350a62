import Testing

@testable import Tar

@Suite("Dialects of the same archive")
struct DialectTests {
  @Test("the fixtures are all there")
  func completeness() {
    #expect(Fixtures.features.count >= 21)
    for feature in Fixtures.features {
      #expect(Fixtures.dialects(of: feature).count >= 2, "\(feature)")
    }
  }

  @Test(
    "every dialect gives the events that Python's tarfile expects", arguments: Fixtures.features)
  func expectation(feature: String) throws {
    let expected = try Fixtures.expectation(of: feature)
    #expect(!expected.isEmpty)
    for dialect in Fixtures.dialects(of: feature) {
      let outcome = try read(try Fixtures.archive("tar/\(feature)/\(dialect)"))
      #expect(outcome.error == nil, "\(feature)/\(dialect)")
      #expect(outcome.members.map(\.line) == expected, "\(feature)/\(dialect)")
      #expect(outcome.isAccepted, "\(feature)/\(dialect)")
    }
  }

  @Test("every dialect gives the same events", arguments: Fixtures.features)
  func equality(feature: String) throws {
    let outcomes = try Fixtures.dialects(of: feature).map { dialect in
      var members = try read(try Fixtures.archive("tar/\(feature)/\(dialect)")).members
      // A trailing slash on a directory's name is the writer's taste, and no event.
      for index in members.indices where members[index].entry.kind == .directory {
        if members[index].entry.path.last == UInt8(ascii: "/") {
          members[index].entry.path.removeLast()
        }
      }
      return (dialect, members)
    }
    let first = try #require(outcomes.first)
    for (dialect, members) in outcomes {
      #expect(members == first.1, "\(feature): \(dialect) differs from \(first.0)")
    }
  }
}
