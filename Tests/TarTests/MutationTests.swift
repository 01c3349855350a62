import Testing

@testable import Tar

@Suite("Damaged archives")
struct MutationTests {
  /// Repairs all checksums, so that damage gets past them.
  private static func withChecksums(_ archive: [UInt8]) -> [UInt8] {
    var archive = archive
    for start in stride(from: 0, to: archive.count - 511, by: 512) {
      guard archive[start + 257..<start + 262].elementsEqual("ustar".utf8) else { continue }
      archive.replaceSubrange(start + 148..<start + 156, with: "        ".utf8)
      let sum = archive[start..<start + 512].reduce(0) { $0 + Int($1) }
      archive.replaceSubrange(start + 148..<start + 155, with: Archive.octal(sum, width: 7))
    }
    return archive
  }

  @Test("never break the order of events, trap or read on for ever", arguments: Fixtures.all)
  func mutations(name: String) throws {
    let original = try Fixtures.archive(name)
    var generator = SeededGenerator(state: 4711)
    for round in 0..<40 {
      var archive = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) where !archive.isEmpty {
        let index = Int.random(in: 0..<min(archive.count, 4096), using: &generator)
        archive[index] =
          round.isMultiple(of: 3)
          ? [0, 0x30, 0x37, 0x39, 0x80, 0xFF].randomElement(using: &generator) ?? 0
          : UInt8.random(in: 0...255, using: &generator)
      }
      if round % 5 > 0 { archive = Self.withChecksums(archive) }
      // The recorder throws, and so the test fails, when events contradict each other.
      let outcome = try read(archive) { 4096 }
      #expect(outcome.error != nil || outcome.isAccepted)
      let stored = outcome.members.reduce(0) { $0 + $1.stored.count }
      #expect(stored <= archive.count)
    }
  }
}
