import Testing

@testable import Tar

@Suite("Header blocks")
struct HeaderBlockTests {
  @Test(
    "the magic decides the dialect",
    arguments: [
      ("ustar\u{0}00", "", .ustar), ("ustar  \u{0}", "", .gnu), ("ustar\u{0}00", "tar\u{0}", .star),
      ("", "", .v7), ("ustar", "", .ustar), ("ustar ", "", .v7), ("USTAR\u{0}", "", .v7),
    ] as [(String, String, HeaderBlock.Dialect)])
  func dialect(magic: String, trailer: String, dialect: HeaderBlock.Dialect) throws {
    let block = Archive.header(
      "file", magic: magic, patches: trailer.isEmpty ? [:] : [508: Array(trailer.utf8)])
    #expect(try HeaderBlock(checking: block).dialect == dialect)
  }

  @Test(
    "the prefix belongs to the name where the dialect has one",
    arguments: [
      ("ustar\u{0}00", "dir/file"), ("", "file"), ("ustar  \u{0}", "dir/file"),
    ])
  func prefix(magic: String, path: String) throws {
    let block = Archive.header("file", magic: magic, patches: [345: Array("dir".utf8)])
    #expect(try HeaderBlock(checking: block).path == Array(path.utf8))
  }

  @Test("times in a GNU header are no prefix")
  func times() throws {
    let time = Archive.octal(1_600_000_000, width: 12)
    let block = Archive.header("file", magic: "ustar  \u{0}", patches: [345: time, 357: time])
    #expect(try HeaderBlock(checking: block).path == Array("file".utf8))
  }

  @Test("times in a star header are no part of the prefix, even where that fills its field")
  func starTimes() throws {
    let time = Archive.octal(1_600_000_000, width: 12)
    let prefix = [UInt8](repeating: UInt8(ascii: "p"), count: 131)
    let block = Archive.header(
      "file", patches: [345: prefix, 476: time, 488: time, 508: Array("tar\u{0}".utf8)])
    #expect(try HeaderBlock(checking: block).path == prefix + Array("/file".utf8))
  }

  @Test("fields without a NUL end with the field")
  func fullFields() throws {
    let name = String(repeating: "n", count: 100)
    let prefix = String(repeating: "p", count: 155)
    let block = Archive.header(
      name, type: "2", link: String(repeating: "l", count: 100),
      patches: [345: Array(prefix.utf8)])
    let header = try HeaderBlock(checking: block)
    #expect(header.path == Array("\(prefix)/\(name)".utf8))
    #expect(header.linkPath == [UInt8](repeating: UInt8(ascii: "l"), count: 100))
  }

  @Test("a change of any byte breaks the checksum")
  func checksum() throws {
    let block = Archive.header("file", size: 42)
    for index in block.indices where !(148..<156).contains(index) {
      var changed = block
      changed[index] &+= 1
      #expect(throws: TarError.Defect.checksum) { try HeaderBlock(checking: changed) }
    }
  }

  @Test("v7 has no device numbers, whatever the bytes")
  func v7Devices() throws {
    let block = Archive.header("file", magic: "", patches: [329: Array("garbage".utf8)])
    #expect(try HeaderBlock(checking: block).deviceMajor() == 0)
  }
}
