import Failures
import Testing

@testable import Tar

@Suite("The parser")
struct TarParserTests {
  /// A sink that gives up at an event.
  struct Quitter: TarSink {
    struct Enough: Error {}
    var event: String
    mutating func begin(_ entry: TarEntry) throws { if event == "begin" { throw Enough() } }
    mutating func data(_ bytes: RawSpan) throws { if event == "data" { throw Enough() } }
    mutating func hole(_ count: UInt64) throws { if event == "hole" { throw Enough() } }
    mutating func end() throws { if event == "end" { throw Enough() } }
  }

  @Test(
    "an error of the sink comes out as it is, and ends the parse",
    arguments: ["begin", "data", "hole", "end"])
  func sinkErrors(event: String) throws {
    let archive = try Fixtures.archive("tar/sparse/gnu")
    var parser = TarParser()
    var sink = Quitter(event: event)
    #expect(throws: Quitter.Enough.self) { try parser.consume(archive, into: &sink) }
    let error = #expect(throws: TarError.self) {
      try parser.consume(archive, into: &sink)
    }
    #expect(error?.defect == .abandoned)
    #expect(error?.failure.code == .internalError)
    #expect(throws: TarError.self) { try parser.finish() }
  }

  @Test("after a refusal it keeps refusing for the same reason")
  func staysFailed() throws {
    let bad = [UInt8](repeating: 1, count: 512)
    var parser = TarParser()
    var recorder = Recorder()
    let error = TarError(.checksum, offset: 0)
    #expect(throws: error) { try parser.consume(bad, into: &recorder) }
    #expect(throws: error) { try parser.consume(Archive.end, into: &recorder) }
    #expect(throws: error) { try parser.finish() }
    #expect(throws: error) { try parser.skipContent(into: &recorder) }
  }

  @Test("an error names the offset of the member's header")
  func offset() throws {
    var archive = Archive()
    archive.member("file", content: [UInt8](repeating: 1, count: 600))
    archive.extendedHeader(("path", [0]))
    let error = try #require(try read(archive.bytes).error)
    #expect(error == TarError(.malformed(.path), offset: 1536))
    #expect(error.description.contains("1536"))
    #expect(error.description.contains("path"))
  }

  @Test("no bytes at all are an empty archive")
  func nothing() throws { #expect(try read([]).isAccepted) }

  @Test("after the end nothing is read, and anything may come")
  func afterTheEnd() throws {
    var parser = TarParser()
    var recorder = Recorder()
    #expect(!parser.hasEnded)
    try parser.consume(Archive.end, into: &recorder)
    #expect(parser.hasEnded)
    try parser.consume([UInt8](repeating: 1, count: 5000), into: &recorder)
    try parser.finish()
    #expect(parser.offset == 6024)
  }

  @Test("a GNU directory's list of names is passed over")
  func namesOfDirectory() throws {
    var archive = Archive()
    archive.member("dir/", type: "D", content: Array("Yfile\u{0}\u{0}".utf8), magic: "ustar  \u{0}")
    archive.member("dir/file")
    let kinds = try read(archive.bytes).members.map(\.entry.kind)
    #expect(kinds == [.directory, .regular])
  }

  @Test(
    "only regular files have content, whatever the header says",
    arguments: ["1", "2", "3", "4", "5", "6"] as [Character])
  func sizesWithoutContent(type: Character) throws {
    let member = Archive.header("member", type: type, size: 4096, link: "target")
    let outcome = try read(member + Archive.header("next") + Archive.end)
    #expect(outcome.error == nil)
    #expect(outcome.members.count == 2)
    #expect(outcome.members.first?.entry.size == 0)
    #expect(outcome.members.first?.runs == [])
  }

  @Test("link targets belong to links only")
  func linkTargets() throws {
    let file = Archive.header("file", link: "elsewhere")
    #expect(try read(file).members.first?.entry.linkPath == [])
  }

  @Test("every defect can be said in a sentence with a next step")
  func sentences() {
    let defects: [TarError.Defect] = Array(RejectTests.defects.values) + [.abandoned]
    for defect in defects {
      let failure = TarError(defect, offset: 512).failure
      #expect(failure.cause?.isEmpty == false)
      #expect(failure.nextStep?.isEmpty == false)
      #expect(failure.sentence.contains("512"))
    }
  }
}
