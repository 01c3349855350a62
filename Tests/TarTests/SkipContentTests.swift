import Testing

@testable import Tar

@Suite("Skipping content")
struct SkipContentTests {
  /// Notes names, and holds that skipped members end.
  struct Names: TarSink {
    var names: [String] = []
    var ended = 0
    var stored = 0
    mutating func begin(_ entry: TarEntry) {
      names.append(String(decoding: entry.path, as: UTF8.self))
    }
    mutating func data(_ bytes: RawSpan) { stored += bytes.byteCount }
    mutating func hole(_ count: UInt64) {}
    mutating func end() { ended += 1 }
  }

  @Test("an index of an archive can be made from headers alone", arguments: Fixtures.features)
  func index(feature: String) throws {
    for dialect in Fixtures.dialects(of: feature) {
      let archive = try Fixtures.archive("tar/\(feature)/\(dialect)")
      let whole = try read(archive).members
      var parser = TarParser()
      var sink = Names()
      var contents: [[UInt8]] = []
      while !parser.hasEnded, parser.offset < archive.count {
        let start = Int(parser.offset)
        let block = archive[start..<min(start + 512, archive.count)]
        try parser.consume(block, into: &sink)
        guard parser.storedContent > 0 else { continue }
        let content = Int(parser.offset)..<Int(parser.offset + parser.storedContent)
        contents.append(Array(archive[content]))
        try parser.skipContent(into: &sink)
        #expect(parser.storedContent == 0)
      }
      try parser.finish()
      #expect(contents == whole.map(\.stored).filter { !$0.isEmpty }, "\(dialect)")
      #expect(sink.names.count == whole.count)
      #expect(sink.ended == whole.count)
      #expect(sink.stored == 0)
    }
  }

  @Test("between members there is nothing to skip")
  func nothing() throws {
    var parser = TarParser()
    var sink = Names()
    try parser.skipContent(into: &sink)
    #expect(parser.offset == 0)
    #expect(sink.ended == 0)
  }

  @Test("the rest of a content that has begun can be skipped")
  func rest() throws {
    var archive = Archive()
    archive.member("file", content: [UInt8](repeating: 1, count: 700))
    archive.member("next")
    var parser = TarParser()
    var sink = Names()
    try parser.consume(archive.bytes[..<600], into: &sink)
    try parser.skipContent(into: &sink)
    #expect(parser.offset == 1536)
    try parser.consume(archive.bytes[1536...], into: &sink)
    #expect(sink.names == ["file", "next"])
    #expect(sink.stored == 88)
    #expect(sink.ended == 2)
  }
}
