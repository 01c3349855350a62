import Testing

@testable import Tar

@Suite("Extended headers")
struct ExtendedHeaderTests {
  private func parse(
    _ records: (String, [UInt8])..., limits: TarLimits = TarLimits()
  ) throws -> ExtendedHeader {
    try ExtendedHeader(parsing: records.flatMap { Archive.record($0.0, $0.1) }, limits: limits)
  }

  @Test("attribute values may hold any bytes")
  func binaryValues() throws {
    var generator = SeededGenerator(state: 1)
    for count in [0, 1, 3, 85, 86, 87, 980, 9980, 60_000] {
      var value = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      for (index, byte) in [0, 10, 61, 0xFF].enumerated() where index < count {
        value[index] = UInt8(byte)
      }
      let header = try parse(("SCHILY.xattr.user.a", value), ("path", Array("p".utf8)))
      #expect(header.orderedXattrs.map(\.value) == [value])
      #expect(header.path == Array("p".utf8))
    }
  }

  @Test("attributes come in the order of their names, the last value of each")
  func order() throws {
    let header = try parse(
      ("SCHILY.xattr.user.b", [1]), ("SCHILY.xattr.security.capability", [2]),
      ("SCHILY.xattr.user.a", [3]), ("SCHILY.xattr.user.b", [4]))
    #expect(
      header.orderedXattrs.map { String(decoding: $0.name, as: UTF8.self) }
        == ["security.capability", "user.a", "user.b"])
    #expect(header.orderedXattrs.map(\.value) == [[2], [3], [4]])
  }

  @Test("names are taken as written, with their percent signs")
  func percent() throws {
    let header = try parse(("SCHILY.xattr.user.a%3Db", [1]))
    #expect(header.orderedXattrs.first?.name == Array("user.a%3Db".utf8))
  }

  @Test("libarchive's own records are passed over, access lists are noted")
  func others() throws {
    let header = try parse(
      ("LIBARCHIVE.xattr.user.a", Array("QUJD".utf8)),
      ("SCHILY.acl.access", Array("user::rwx".utf8)))
    #expect(header.orderedXattrs.isEmpty)
    #expect(header.hasAccessControlList)
    #expect(try !parse(("SCHILY.xattr.system.posix_acl_access", [2])).hasAccessControlList)
  }

  @Test("device numbers beyond the header's fields come from star's records")
  func devices() throws {
    var archive = Archive()
    archive.extendedHeader(
      ("SCHILY.devmajor", Array("4095".utf8)), ("SCHILY.devminor", Array("16777215".utf8)))
    archive.member("device", type: "4")
    let entry = try #require(try read(archive.bytes).members.first).entry
    #expect(entry.kind == .blockDevice)
    #expect(entry.deviceMajor == 4095)
    #expect(entry.deviceMinor == 16_777_215)
  }

  @Test("records hold for one member only")
  func scope() throws {
    var archive = Archive()
    archive.extendedHeader(("path", Array("long".utf8)), ("SCHILY.xattr.user.a", [1]))
    archive.member("short")
    archive.member("second")
    let entries = try read(archive.bytes + Archive.end).members.map(\.entry)
    #expect(entries.map { String(decoding: $0.path, as: UTF8.self) } == ["long", "second"])
    #expect(entries.map(\.xattrs.count) == [1, 0])
  }

  @Test("an empty header is a header")
  func empty() throws {
    #expect(try parse().path == nil)
    var archive = Archive()
    archive.member("x", type: "x")
    archive.member("L", type: "L")
    archive.member("file")
    #expect(try read(archive.bytes).members.map(\.entry.path) == [[]])
  }
}
