import Commands
import Digests
import Flattening
import OCI
import Store
import Testing

@testable import ImageImport
@testable import firn

@Suite("The summary of an import")
struct SummaryTests {
  private func summary(_ change: (inout ImportSummary) -> Void = { _ in }) -> ImportSummary {
    var summary = ImportSummary(names: ["a:1"], id: "abcdef", digest: SampleProgress.digest)
    summary.layers = 3
    summary.fetchedLayers = 1
    summary.fetchedBytes = 12_000_000
    summary.contentSize = 80_000_000
    summary.dataBytes = 30_000_000
    summary.storedBytes = 10_000_000
    change(&summary)
    return summary
  }

  @Test("is a line with layers, bytes and dedup, and one for each kind of thing left out")
  func lines() {
    let summary = summary {
      $0.report.accessControlLists = 2
      $0.report.clampedTimes = 1
    }
    #expect(
      SummaryLines(summary).lines == [
        "a:1: 3 layers (2 known, 1 fetched, 12.0 MB), 80.0 MB of files, "
          + "10.0 MB new in the store (dedup 3.0)",
        "  2 POSIX access control lists left out: SquashFS has none",
        "  1 time before 1970 or after 2106 moved to the nearest possible",
      ])
  }

  @Test("says no ratio where nothing was stored, and of an unchanged image that it is")
  func nothing() {
    #expect(SummaryLines(summary { $0.storedBytes = 0 }).lines[0].hasSuffix("0 B new in the store"))
    let unchanged = summary {
      $0.wasUnchanged = true
      $0.names = []
    }
    #expect(SummaryLines(unchanged).lines == ["abcdef: the store has it already"])
  }

  @Test("names all names, who sees the image where that was changed, and one layer as one")
  func details() throws {
    let summary = summary {
      $0.names = ["a:1", "b"]
      $0.layers = 1
      $0.newAccess = ImageAccess(owner: 0, group: 0, visibility: .world)
    }
    let lines = SummaryLines(summary).lines
    #expect(lines.count == 2 && lines[0].hasPrefix("a:1, b: 1 layer (0 known, 1 fetched"))
    #expect(lines[1] == "  who sees it was changed: world now")
    let json = try Output.jsonLine(SummaryObject(summary, image: "x"))
    #expect(json.contains("\"visibility\":\"world\""))
    let unchanged = try Output.jsonLine(SummaryObject(self.summary(), image: "x"))
    #expect(!unchanged.contains("visibility"))
  }

  @Test("as JSON has every figure")
  func json() throws {
    let summary = summary { $0.report.overlayXattrs = 4 }
    let line = try Output.jsonLine(SummaryObject(summary, image: "docker://h/a:1"))
    let value = try JSONValue(parsing: Array(line.utf8))
    #expect(value["event"]?.string == "summary" && value["image"]?.string == "docker://h/a:1")
    #expect(value["names"]?.array?.compactMap(\.string) == ["a:1"])
    #expect(line.contains("\"dedupRatio\":3,"))
    for (name, number) in [
      ("layers", 3), ("fetchedLayers", 1), ("reusedLayers", 2), ("fetchedBytes", 12_000_000),
      ("size", 80_000_000), ("dataBytes", 30_000_000), ("storedBytes", 10_000_000),
    ] { #expect(line.contains("\"\(name)\":\(number)"), "\(name)") }
    #expect(line.contains("\"overlayXattrs\":4") && line.contains("\"unchanged\":false"))
    let none = try Output.jsonLine(SummaryObject(self.summary { $0.storedBytes = 0 }, image: "x"))
    #expect(!none.contains("dedupRatio"))
  }
}
