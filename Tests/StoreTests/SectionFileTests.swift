import Testing

@testable import Store

@Suite("A section file")
struct SectionFileTests {
  private static let magic = ByteWriter.magic("TESTTEST")

  private static func sample() -> SectionFile {
    var file = SectionFile(magic: magic)
    file.append(1, plain: Array("plain".utf8))
    file.append(2, compressing: [UInt8](repeating: 7, count: 10_000))
    file.append(3, compressing: Array("abc".utf8))
    return file
  }

  @Test("gives back what was appended")
  func roundTrip() throws {
    let file = try SectionFile(
      decoding: Self.sample().encoded(), magic: Self.magic, known: 1...3)
    #expect(try file.section(1) == Array("plain".utf8))
    #expect(try file.section(2) == [UInt8](repeating: 7, count: 10_000))
    #expect(try file.section(3) == Array("abc".utf8))
    #expect(throws: FormatError.missingSection(4)) { try file.section(4) }
  }

  @Test("compresses where that is smaller")
  func compression() { #expect(Self.sample().encoded().count < 1000) }

  @Test("is refused wherever it is cut off")
  func truncation() {
    let bytes = Self.sample().encoded()
    for count in bytes.indices {
      #expect(throws: FormatError.self) {
        try SectionFile(decoding: Array(bytes.prefix(count)), magic: Self.magic, known: 1...3)
      }
    }
  }

  @Test("covers every bit of every byte")
  func bitFlips() {
    let bytes = Self.sample().encoded()
    for index in bytes.indices {
      for bit in 0..<8 {
        var wrong = bytes
        wrong[index] ^= 1 << bit
        #expect(throws: FormatError.self, "byte \(index) bit \(bit)") {
          try SectionFile(decoding: wrong, magic: Self.magic, known: 1...3)
        }
      }
    }
  }

  @Test("is refused with bytes after its end")
  func trailingBytes() {
    #expect(throws: FormatError.invalid("bytes follow the last section")) {
      try SectionFile(decoding: Self.sample().encoded() + [0], magic: Self.magic, known: 1...3)
    }
  }

  @Test("of another kind is refused")
  func magic() {
    #expect(throws: FormatError.wrongMagic) {
      try SectionFile(
        decoding: Self.sample().encoded(), magic: ByteWriter.magic("OTHEROBJ"), known: 1...3)
    }
  }

  @Test("with a section nobody knows is refused, unless that may be skipped")
  func unknownSections() throws {
    #expect(throws: FormatError.unknownSection(3)) {
      try SectionFile(decoding: Self.sample().encoded(), magic: Self.magic, known: 1...2)
    }
    var file = Self.sample()
    file.append(9 | SectionFile.skippable, plain: [1])
    let read = try SectionFile(decoding: file.encoded(), magic: Self.magic, known: 1...3)
    #expect(try read.section(1) == Array("plain".utf8))
  }

  @Test("whose sections are not in order is refused")
  func order() {
    var file = SectionFile(magic: Self.magic)
    file.append(2, plain: [])
    file.append(1, plain: [])
    #expect(throws: FormatError.invalid("the sections are not in order")) {
      try SectionFile(decoding: file.encoded(), magic: Self.magic, known: 1...3)
    }
  }
}
