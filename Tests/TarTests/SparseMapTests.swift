import Testing

@testable import Tar

@Suite("Sparse maps")
struct SparseMapTests {
  private func check(
    _ regions: [(UInt64, UInt64)], size: UInt64, stored: UInt64, limits: TarLimits = TarLimits()
  ) throws -> [[UInt64]] {
    try SparseMap(
      checking: regions.map { SparseRegion(offset: $0.0, length: $0.1) }, size: size,
      stored: stored, limits: limits
    ).regions.map { [$0.offset, $0.length] }
  }

  @Test("empty regions are dropped and neighbours joined")
  func canonical() throws {
    #expect(
      try check(
        [(0, 10), (10, 5), (20, 0), (20, 5), (25, 0), (25, 1), (40, 0)], size: 40, stored: 21)
        == [[0, 15], [20, 6]])
    #expect(try check([], size: 40, stored: 0) == [])
    #expect(try check([(0, 0)], size: 0, stored: 0) == [])
    #expect(try check([(0, 40)], size: 40, stored: 40) == [[0, 40]])
  }

  @Test("an empty region between two does not join them")
  func emptyBetween() throws {
    #expect(try check([(0, 10), (20, 0), (20, 5)], size: 40, stored: 15) == [[0, 10], [20, 5]])
  }

  @Test(
    "what contradicts itself or the file is refused",
    arguments: [
      ([(0, 10), (5, 10)], 40, 20), ([(0, 10), (5, 0)], 40, 10), ([(0, 41)], 40, 41),
      ([(41, 0)], 40, 0), ([(UInt64.max, 2)], UInt64.max, 2), ([(0, 10)], 40, 9),
      ([(0, 10)], 40, 11), ([], 40, 1),
    ] as [([(UInt64, UInt64)], UInt64, UInt64)])
  func contradictions(regions: [(UInt64, UInt64)], size: UInt64, stored: UInt64) {
    #expect(throws: TarError.Defect.sparseMapMismatch) {
      try check(regions, size: size, stored: stored)
    }
  }

  @Test("an old map of many thousand regions costs no quadratic time", .timeLimit(.minutes(1)))
  func longOldMap() throws {
    let count = 60_000
    var bytes = Archive.header(
      "file", type: "S", size: count, magic: "ustar  \u{0}",
      patches: [482: [1], 483: Archive.octal(2 * count, width: 12)])
    for start in stride(from: 0, to: count, by: 21) {
      var block: [UInt8] = []
      for index in start..<min(start + 21, count) {
        block += Archive.octal(2 * index, width: 12) + Archive.octal(1, width: 12)
      }
      block += [UInt8](repeating: 0, count: 504 - block.count)
      bytes += block + [start + 21 < count ? 1 : 0] + [UInt8](repeating: 0, count: 7)
    }
    let outcome = try read(bytes + [UInt8](repeating: 7, count: count))
    #expect(outcome.error == nil)
    #expect(outcome.members.first?.runs.count == 2 * count)
  }

  @Test("records of unknown words are passed over, and no map means no sparse file")
  func notSparse() throws {
    var archive = Archive()
    archive.extendedHeader(
      ("GNU.sparse.name", Array("ignored".utf8)), ("GNU.sparse.future", [0]),
      ("GNU.sparse.realsize", Array("99".utf8)))
    archive.member("file", content: [1, 2, 3])
    let member = try #require(try read(archive.bytes).members.first)
    #expect(member.entry.path == Array("file".utf8))
    #expect(member.entry.size == 3)
    #expect(!member.entry.isSparse)
  }

  @Test("a map may be empty: the file is one hole")
  func emptyMaps() throws {
    let size = ("GNU.sparse.size", Array("1000".utf8))
    for records in [[("GNU.sparse.map", [])], [("GNU.sparse.numblocks", Array("0".utf8))]] {
      var archive = Archive()
      archive.extendedHeader(size, records[0])
      archive.member("file")
      let member = try #require(try read(archive.bytes).members.first)
      #expect(member.runs == [.init(isHole: true, count: 1000)])
    }
  }
}
