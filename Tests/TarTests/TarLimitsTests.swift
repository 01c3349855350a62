import Testing

@testable import Tar

@Suite("Limits")
struct TarLimitsTests {
  private func defect(_ archive: Archive, _ limits: TarLimits) throws -> TarError.Defect? {
    try read(archive.bytes + Archive.end, limits: limits).error?.defect
  }

  @Test("paths and targets", arguments: [(300, true), (299, false)])
  func pathLength(limit: Int, isAccepted: Bool) throws {
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 300)
    let limits = TarLimits(pathLength: limit)
    var pax = Archive()
    pax.extendedHeader(("path", long))
    pax.member("file")
    #expect(try defect(pax, limits) == (isAccepted ? nil : .tooLarge(.path)))
    var gnu = Archive()
    gnu.member("L", type: "L", content: long + [0])
    gnu.member("file")
    #expect(try defect(gnu, limits) == (isAccepted ? nil : .tooLarge(.path)))
    var link = Archive()
    link.member("K", type: "K", content: long + [0])
    link.member("link", type: "2")
    #expect(try defect(link, limits) == (isAccepted ? nil : .tooLarge(.linkPath)))
  }

  @Test("extended headers are refused before their body arrives")
  func extendedHeaderSize() throws {
    let limits = TarLimits(extendedHeaderSize: 512)
    for (type, field): (Character, TarError.Field) in [
      ("x", .extendedHeader), ("X", .extendedHeader), ("L", .path), ("K", .linkPath),
    ] {
      let header = Archive.header("x", type: type, size: 513)
      #expect(try read(header, limits: limits).error?.defect == .tooLarge(field))
      let fits = Archive.header("x", type: type, size: 512)
      #expect(try read(fits, limits: limits).error?.defect == .truncated)
    }
    let global = Archive.header("g", type: "g", size: 513)
    #expect(try read(global, limits: limits).error?.defect == .truncated)
  }

  @Test("extended attributes count all their bytes", arguments: [(26, true), (25, false)])
  func xattrSize(limit: Int, isAccepted: Bool) throws {
    var archive = Archive()
    archive.extendedHeader(
      ("SCHILY.xattr.user.a", [1, 2, 3, 4, 5, 6, 7]),
      ("SCHILY.xattr.user.b", [1, 2, 3, 4, 5, 6, 7]))
    archive.member("file")
    #expect(
      try defect(archive, TarLimits(xattrSize: limit)) == (isAccepted ? nil : .tooLarge(.xattrs)))
  }

  @Test("sizes of plain and sparse files", arguments: [(1000, true), (999, false)])
  func fileSize(limit: UInt64, isAccepted: Bool) throws {
    var plain = Archive()
    plain.member("file", content: [UInt8](repeating: 1, count: 1000))
    var sparse = Archive()
    sparse.extendedHeader(("GNU.sparse.size", Array("1000".utf8)), ("GNU.sparse.map", []))
    sparse.member("file")
    for archive in [plain, sparse] {
      let limits = TarLimits(fileSize: limit)
      #expect(try defect(archive, limits) == (isAccepted ? nil : .tooLarge(.size)))
    }
  }

  @Test("sparse regions in each form of map", arguments: [(60, true), (59, false)])
  func sparseRegions(limit: Int, isAccepted: Bool) throws {
    for dialect in Fixtures.dialects(of: "sparse-many") {
      // GNU tar lists one more, empty, region at the end where a file ends in a hole.
      let archive = try Fixtures.archive("tar/sparse-many/\(dialect)")
      let limits = TarLimits(sparseRegions: limit + 1)
      let error = try read(archive, limits: limits).error
      #expect(error?.defect == (isAccepted ? nil : .tooLarge(.sparseMap)), "\(dialect)")
    }
  }
}
