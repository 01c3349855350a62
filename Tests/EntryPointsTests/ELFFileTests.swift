import ImageSamples
import Testing

@testable import EntryPoints

@Suite("A program or library")
struct ELFFileTests {
  @Test("tells what is mapped and who loads it", arguments: [ELFWidth.bits32, .bits64])
  func headers(width: ELFWidth) throws {
    var sample = SampleELF(width: width, machine: width == .bits32 ? 3 : 62)
    (sample.interpreter, sample.needed, sample.entryPage) = ("/lib/ld.so", ["libc.so.6"], 1)
    (sample.codePages, sample.dataPages) = (3, 2)
    let elf = try #require(ELFFile(FileBytes(sample.bytes)))
    #expect(elf.width == width && elf.machine == (width == .bits32 ? 3 : 62))
    #expect(elf.interpreter == Array("/lib/ld.so".utf8))
    #expect(elf.segments.map(\.isExecutable) == [false, true, false])
    #expect(elf.segments.map(\.isWritable) == [false, false, true])
    #expect(elf.segments.map { $0.bytes.count }.dropFirst() == [3 * 4096, 2 * 4096])
    #expect(elf.offset(of: elf.entry) == UInt64((sample.firstCodePage + 1) * 4096))
    #expect(elf.offset(of: UInt64(sample.bytes.count)) == nil && elf.offset(of: .max) == nil)
    #expect(elf.headers.contains(UInt64(width.sizes.header + 4 * width.sizes.segment)))
  }

  @Test("can be loaded with those of its width and machine alone")
  func matching() throws {
    func elf(_ width: ELFWidth, _ machine: UInt16) throws -> ELFFile {
      try #require(ELFFile(FileBytes(SampleELF(width: width, machine: machine).bytes)))
    }
    #expect(try elf(.bits64, 62).matches(try elf(.bits64, 62)))
    #expect(try !elf(.bits64, 62).matches(try elf(.bits64, 183)))
    #expect(try !elf(.bits32, 62).matches(try elf(.bits64, 62)))
  }

  @Test(
    "is none where the bytes are something else",
    arguments: [
      [], Array("#!/bin/sh\n".utf8), [0x7F, 0x45, 0x4C, 0x46],
      [UInt8](repeating: 0x7F, count: 100), Array(SampleELF().bytes.prefix(63)),
    ])
  func others(bytes: [UInt8]) { #expect(ELFFile(FileBytes(bytes)) == nil) }

  @Test("is refused when its numbers have the other order, or it is neither program nor library")
  func refused() {
    var bytes = SampleELF().bytes
    bytes[5] = 2
    #expect(ELFFile(FileBytes(bytes)) == nil)
    bytes = SampleELF().bytes
    bytes[16] = 1
    #expect(ELFFile(FileBytes(bytes)) == nil)
    bytes = SampleELF().bytes
    bytes[4] = 3
    #expect(ELFFile(FileBytes(bytes)) == nil)
  }

  @Test("has no segment that goes beyond the file or around the address space")
  func beyond() throws {
    let good = SampleELF().bytes
    // The second program header: offset, address, size.
    for place in [8, 16, 32] {
      var bytes = good
      for index in 0..<8 { bytes[64 + 56 + place + index] = 0xFF }
      let elf = try #require(ELFFile(FileBytes(bytes)))
      #expect(elf.segments.count == 2, "\(place)")
    }
    var bytes = good
    for index in 32..<40 { bytes[index] = 0xFF }
    #expect(ELFFile(FileBytes(bytes)) == nil)
  }

  @Test("cut off anywhere, or with any bytes changed, never traps")
  func hostile() throws {
    let files = try [SampleELF.rich.bytes, RealPrograms.bytes(of: "/bin/true")]
    var random = SystemRandomNumberGenerator()
    var read = 0
    for good in files {
      for count in stride(from: 0, to: good.count, by: max(1, good.count / 300)) {
        read += touch(Array(good.prefix(count)))
      }
      for _ in 0..<1500 {
        var bytes = good
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          // Most in the headers and tables, where they say something.
          let end = Bool.random(using: &random) ? min(1024, bytes.count) : bytes.count
          bytes[Int.random(in: 0..<end, using: &random)] =
            [0, 0xFF, 0x7F, 0x80, .random(in: 0...255, using: &random)].randomElement() ?? 0
        }
        read += touch(bytes)
      }
    }
    #expect(read > 100)
  }

  /// Reads all there is to read.
  private func touch(_ bytes: [UInt8]) -> Int {
    guard let elf = ELFFile(FileBytes(bytes)), let dynamic = DynamicSection(elf) else { return 0 }
    let size = UInt64(bytes.count)
    #expect(elf.segments.allSatisfy { $0.bytes.upperBound <= size })
    #expect(dynamic.tables.dropFirst().allSatisfy { $0.upperBound <= size })
    #expect(dynamic.needed.count <= LoadOrder.mostFiles)
    _ = (dynamic.path(.searchPath), dynamic.path(.runPath), elf.interpreter)
    guard let symbols = SymbolTable(dynamic) else { return 0 }
    var needed = symbols.needed
    return symbols.define(&needed).count + needed.count
  }
}

extension SampleELF {
  /// One with everything.
  static var rich: SampleELF {
    var sample = SampleELF()
    (sample.interpreter, sample.needed) = ("/lib64/ld.so", ["liba.so", "libb.so"])
    (sample.path, sample.runPath) = ("$ORIGIN/../lib", "/opt/lib:${ORIGIN}")
    sample.undefined = ["printf", "exit", "malloc"]
    sample.functions = [("main", 0), ("other", 1)]
    (sample.codePages, sample.entryPage) = (2, 0)
    return sample
  }
}
