import ImageSamples
import Testing

@testable import EntryPoints

@Suite("What a file says to the dynamic loader")
struct DynamicSectionTests {
  private func dynamic(_ sample: SampleELF) throws -> DynamicSection {
    let elf = try #require(ELFFile(FileBytes(sample.bytes)))
    return try #require(DynamicSection(elf))
  }

  @Test("names libraries in order, and where to look", arguments: [ELFWidth.bits32, .bits64])
  func texts(width: ELFWidth) throws {
    var sample = SampleELF.rich
    sample.width = width
    let dynamic = try dynamic(sample)
    #expect(dynamic.needed == ["liba.so", "libb.so"].map { Array($0.utf8) })
    #expect(dynamic.path(.searchPath) == Array("$ORIGIN/../lib".utf8))
    #expect(dynamic.path(.runPath) == Array("/opt/lib:${ORIGIN}".utf8))
  }

  @Test("is none in a program that is linked for good")
  func none() throws {
    let elf = try #require(ELFFile(FileBytes(SampleELF(entryPage: 0, isStatic: true).bytes)))
    #expect(DynamicSection(elf) == nil)
  }

  @Test("has tables up to where the next begins, the headers first")
  func tables() throws {
    let sample = SampleELF.rich
    let tables = try dynamic(sample).tables
    #expect(tables.first?.lowerBound == 0)
    let strings = try #require(tables.first { $0.lowerBound == 0x400 + 256 })
    let symbols = try #require(tables.dropFirst().first { $0.lowerBound >= strings.upperBound })
    #expect(symbols.count == 6 * 24)
    let hash = try #require(tables.last)
    #expect(hash.lowerBound == symbols.upperBound && hash.count == 1)
  }

  @Test("has a text only within the string table")
  func outside() throws {
    let dynamic = try dynamic(.rich)
    let size = try #require(dynamic[.stringsSize])
    #expect(dynamic.text(0) == [] && dynamic.text(size) == nil && dynamic.text(.max) == nil)
  }

  @Test(
    "knows its symbols by either hash table",
    arguments: [ELFWidth.bits32, .bits64], [true, false])
  func symbols(width: ELFWidth, hasGNUHash: Bool) throws {
    var sample = SampleELF.rich
    (sample.width, sample.hasGNUHash) = (width, hasGNUHash)
    let symbols = try #require(SymbolTable(try dynamic(sample)))
    let names = symbols.needed.map { String(decoding: $0, as: UTF8.self) }
    #expect(names.sorted() == ["exit", "malloc", "printf"])
    var wanted: Set<ArraySlice<UInt8>> = [
      ArraySlice("other".utf8), ArraySlice("exit".utf8), ArraySlice("nothing".utf8),
    ]
    let address = UInt64((sample.firstCodePage + 1) * 4096 + 8)
    #expect(symbols.define(&wanted) == [address])
    #expect(wanted.count == 2)
  }

  @Test("may define no symbol at all")
  func noFunctions() throws {
    var sample = SampleELF.rich
    sample.functions = []
    let symbols = try #require(SymbolTable(try dynamic(sample)))
    #expect(symbols.needed.count == 3)
  }

  @Test("of the machine's own shell names what its symbols come from")
  func real() throws {
    let elf = try #require(ELFFile(FileBytes(try RealPrograms.bytes(of: "/bin/bash"))))
    let dynamic = try #require(DynamicSection(elf))
    #expect(dynamic.needed.contains { $0.starts(with: "libc.so".utf8) })
    let needed = try #require(SymbolTable(dynamic)).needed
    #expect(needed.count > 50 && needed.contains(ArraySlice("malloc".utf8)))
    #expect(dynamic.tables.count > 5)
  }
}
