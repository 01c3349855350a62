import Testing

@testable import Tar

@Suite("Cutting an archive into pieces")
struct ChunkingTests {
  @Test("one byte at a time gives the same events and errors", arguments: Fixtures.all)
  func singleBytes(name: String) throws {
    let archive = try Fixtures.archive(name)
    #expect(try read(archive) { 1 } == read(archive))
  }

  @Test("random pieces give the same events and errors", arguments: Fixtures.all)
  func randomPieces(name: String) throws {
    let archive = try Fixtures.archive(name)
    let whole = try read(archive)
    var generator = SeededGenerator(state: 20_240_229)
    for limit in [7, 513, 1500, 20_000] {
      let pieces = try read(archive) { Int.random(in: 1...limit, using: &generator) }
      #expect(pieces == whole, "pieces of up to \(limit) bytes")
    }
  }

  @Test("an archive may be cut at any byte", arguments: ["sparse/posix-1.0", "xattrs/posix"])
  func everyCut(name: String) throws {
    let archive = try Fixtures.archive("tar/\(name)")
    let whole = try read(archive)
    for cut in 1..<min(archive.count, 3000) {
      var sizes = [cut, archive.count - cut].makeIterator()
      #expect(try read(archive) { sizes.next() ?? 0 } == whole, "cut at \(cut)")
    }
  }

  @Test("an empty piece changes nothing")
  func emptyPiece() throws {
    var parser = TarParser()
    var recorder = Recorder()
    try parser.consume([UInt8](), into: &recorder)
    try parser.finish()
    #expect(recorder.members.isEmpty)
    #expect(parser.offset == 0)
  }

  @Test("content arrives as soon as its bytes do")
  func immediacy() throws {
    var archive = Archive()
    archive.member("file", content: Array("content".utf8))
    var parser = TarParser()
    var recorder = Recorder()
    try parser.consume(archive.bytes[..<512], into: &recorder)
    #expect(recorder.members.count == 1)
    try parser.consume(archive.bytes[512..<516], into: &recorder)
    #expect(recorder.members.first?.stored == Array("cont".utf8))
    try parser.consume(archive.bytes[516..<519], into: &recorder)
    #expect(recorder.members.first?.isComplete == true)
    #expect(parser.offset == 519)
  }
}
