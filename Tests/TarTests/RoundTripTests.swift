import Testing

@testable import Tar

@Suite("Round trips of members made up at random")
struct RoundTripTests {
  @Test("every member arrives as it was written, in any mix of dialects", arguments: 0..<24)
  func mixture(seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    let members = (0..<20).map { _ in RandomMember(using: &generator) }
    var archive: [UInt8] = []
    for member in members {
      let dialect = Int.random(in: 0...3, using: &generator)
      archive += dialect == 3 ? member.inGNU : member.inPAX(sparseVersion: dialect)
    }
    archive += Archive.end
    // Sparse files made up here may be larger than what is accepted without being asked for.
    let limits = TarLimits(fileSize: 1 << 40)
    let outcome = try read(archive, limits: limits) { .random(in: 1...3000, using: &generator) }
    #expect(outcome.error == nil)
    #expect(outcome.members == members.map(\.expectation))
  }

  @Test("a member gives equal events in every dialect", arguments: 100..<116)
  func equality(seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    for _ in 0..<10 {
      let member = RandomMember(using: &generator)
      let expected = Outcome(members: [member.expectation], error: nil)
      #expect(try read(member.inGNU) == expected)
      for version in 0...2 { #expect(try read(member.inPAX(sparseVersion: version)) == expected) }
    }
  }
}
