import Digests
import Linux
import OCI
import SystemPackage
import Testing

@testable import Transports

@Suite("tar-split data")
struct TarSplitTests {
  @Test(
    "a line is a segment or a file",
    arguments: [
      (#"{"type":2,"payload":"YWJj","position":0}"#, .bytes(Array("abc".utf8))),
      (#"{"type":2,"payload":"","position":6}"#, .bytes([])),
      (#"{"type":2,"payload":null,"position":6}"#, .bytes([])),
      (
        #"{"type":1,"name":"a/\u003cb","size":3,"payload":"YUmYEAAAAAA=","position":3}"#,
        .file(name: Array("a/<b".utf8), size: 3)
      ),
      (
        #"{"type":1,"name":"d/","payload":null,"position":1}"#,
        .file(name: Array("d/".utf8), size: 0)
      ),
      (#"{"type":1,"name_raw":"/2E=","size":1}"#, .file(name: [0xFF, 0x61], size: 1)),
    ] as [(String, TarSplitEntry)])
  func entries(line: String, entry: TarSplitEntry) throws {
    #expect(try TarSplitEntry(parsing: Array(line.utf8)) == entry)
  }

  @Test(
    "other lines are refused",
    arguments: [
      "", "{}", "[]", #"{"type":3}"#, #"{"type":1,"name":"a","size":-1}"#,
      #"{"type":2,"payload":"*"}"#, #"{"type":2,"payload":7}"#, #"{"type":2"#,
    ])
  func malformed(line: String) {
    #expect(throws: OCIError.self) { try TarSplitEntry(parsing: Array(line.utf8)) }
  }

  private func entries(_ script: String) throws -> [TarSplitEntry] {
    let work = try TemporaryDirectory()
    try shell("cd '\(work.path)'; \(script)")
    let container = try DirectoryContainer(work.path)
    var reader = try TarSplitReader(try #require(try container.file("f")))
    var entries: [TarSplitEntry] = []
    while let entry = try reader.next() { entries.append(entry) }
    return entries
  }

  private static let line = #"{"type":2,"payload":"YWJj"}"#

  @Test(
    "is read to its end, compressed or not",
    arguments: ["gzip -n", "cat", "zstd -q", "split -b 20000 --filter='gzip -n'"])
  func reading(program: String) throws {
    let entries = try entries(
      "for i in $(seq 5000); do echo '\(Self.line)'; done | \(program) >f")
    #expect(entries == Array(repeating: .bytes(Array("abc".utf8)), count: 5000))
  }

  @Test(
    "is refused where it is cut off or has lines without end",
    arguments: [
      "printf '\(TarSplitTests.line)' | gzip >f",
      "printf '\(TarSplitTests.line)\\n\(TarSplitTests.line)\\n' | gzip | head -c 20 >f",
      "head -c 40000000 /dev/zero | gzip >f",
    ])
  func broken(script: String) {
    #expect(throws: (any Error).self) { try entries(script) }
  }

  @Test("an empty file has no entries")
  func empty() throws {
    #expect(try entries(": >f") == [])
  }
}
