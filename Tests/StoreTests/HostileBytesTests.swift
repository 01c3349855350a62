import Digests
import Glibc
import Testing

@testable import Store

/// Objects whose frames are right and whose sections are not: what an attacker could write.
@Suite("Hostile bytes in right frames")
struct HostileBytesTests {
  /// How many mutants of each object there are: `FIRN_FUZZ_ROUNDS`, or a few.
  private static let rounds = getenv("FIRN_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 400

  private func linked() throws -> Sample.Linked {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    return try Sample("a").link(store, staging)
  }

  /// The file with one section's content changed and every checksum right.
  private func mutant(
    of bytes: [UInt8], kinds: ClosedRange<UInt32>, using generator: inout some RandomNumberGenerator
  ) throws -> [UInt8] {
    var reader = ByteReader(bytes)
    let magic = try reader.integer(UInt64.self)
    let file = try SectionFile(decoding: bytes, magic: magic, known: kinds)
    var result = SectionFile(magic: magic)
    let victim = UInt32.random(in: kinds, using: &generator)
    for kind in kinds {
      var content = try file.section(kind)
      if kind == victim { mutate(&content, using: &generator) }
      result.append(kind, compressing: content)
    }
    return result.encoded()
  }

  private func mutate(_ content: inout [UInt8], using generator: inout some RandomNumberGenerator) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: content.append(.random(in: 0 ... .max, using: &generator))
      case 1: content.removeLast(min(content.count, Int.random(in: 1...9, using: &generator)))
      default:
        guard !content.isEmpty else { continue }
        let values: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, .random(in: 0 ... .max, using: &generator)]
        let index = Int.random(in: content.indices, using: &generator)
        content[index] = values.randomElement(using: &generator) ?? 0
      }
    }
  }

  @Test("in an image object are refused, or give an object that can be used")
  func imageObjects() throws {
    let bytes = try linked().object.encoded()
    var generator = SystemRandomNumberGenerator()
    var refused = 0
    for _ in 0..<Self.rounds {
      let wrong = try mutant(of: bytes, kinds: 1...10, using: &generator)
      guard let object = try? ImageObject(decoding: wrong) else {
        refused += 1
        continue
      }
      _ = object.rootIdentity
      _ = object.rootBlobSize
      for block in object.blocks { _ = object.location(of: block) }
      #expect(try ImageObject(decoding: object.encoded()) == object)
    }
    #expect(refused > 0 && refused < Self.rounds)
  }

  @Test("in a layer recipe are refused, or give a recipe that can be written again")
  func recipes() throws {
    let bytes = try linked().recipe.encoded()
    var generator = SystemRandomNumberGenerator()
    var refused = 0
    for _ in 0..<Self.rounds {
      let wrong = try mutant(of: bytes, kinds: 1...5, using: &generator)
      guard let recipe = try? LayerRecipe(decoding: wrong) else {
        refused += 1
        continue
      }
      #expect(try LayerRecipe(decoding: recipe.encoded()) == recipe)
    }
    #expect(refused > 0 && refused < Self.rounds)
  }

  @Test("in a pack's trailer are refused, or give a trailer that can be written again")
  func trailers() throws {
    let bytes = try #require(try linked().sealed).trailer.encoded()
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<Self.rounds {
      let wrong = try mutant(of: bytes, kinds: 1...4, using: &generator)
      guard let trailer = try? PackTrailer(decoding: wrong) else { continue }
      #expect(try PackTrailer(decoding: trailer.encoded()) == trailer)
    }
  }

  @Test("in an index run's trailer are refused, or give a run that can be searched")
  func runs() throws {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    let record = try store.newest().indexRuns[0]
    let good = try #require(directory.bytes(StorePath(.index, record.id.hex)))
    let footer = try TrailedFile.decodeFooter(
      Array(good.suffix(TrailedFile.footerSize)), fileSize: UInt64(good.count))
    let start = Int(footer.trailerOffset)
    let trailer = Array(good[start..<start + Int(footer.trailerSize)])
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<Self.rounds {
      let wrong = try mutant(of: trailer, kinds: 1...4, using: &generator)
      let bytes = good[..<start] + wrong + TrailedFile.footer(trailer: wrong, at: UInt64(start))
      guard let run = try? IndexRun(decoding: Array(bytes), named: nil) else { continue }
      for number in 0..<50 { _ = run.block(testDigest(UInt8(number))) }
    }
  }

  @Test("that claim to decompress to a gigabyte are refused without making room for it")
  func bomb() throws {
    var file = SectionFile(magic: 1)
    file.append(1, compressing: [UInt8](repeating: 0, count: 1000))
    var bytes = file.encoded()
    // The length in the only entry of the table, and the checksum of the table.
    for index in 0..<8 { bytes[16 + 24 + index] = index == 4 ? 1 : 0 }
    let checksum = Checksum.of(bytes.span.bytes.extracting(0..<64)).bytes
    bytes.replaceSubrange(64..<80, with: checksum)
    let read = try SectionFile(decoding: bytes, magic: 1, known: 1...1)
    #expect(throws: FormatError.invalid("section 1 claims an impossible size")) {
      try read.section(1)
    }
  }
}
