import ImageImport
import Linux
import Testing

@testable import firn

@Suite("What a terminal shows of imports")
struct ProgressFrameTests {
  @Test("says which layers somebody else is fetching, in whatever room there is")
  func awaited() {
    let image = SampleProgress.image([
      SampleProgress.resolved([1000, 1000]), .layerWaiting(position: 2),
    ])
    for columns in [20, 60] {
      let frame = ProgressFrame(TerminalSize(columns: columns, rows: 10))
      let lines = frame.lines([image], at: 1)
      #expect(lines.count == 2 && lines.allSatisfy { $0.count < columns })
      #expect(lines.last?.hasPrefix("  layer 2") == true)
      #expect(lines.last?.contains("being fetched already") == (columns == 60))
    }
  }

  private static let events: [ImportEvent] = [
    SampleProgress.resolved([100_000_000, 0, 2_000_000, 300_000_000]),
    .layerStarted(position: 1), .layerStarted(position: 3), .layerStarted(position: 4),
    .received(position: 1, bytes: 45_000_000), .received(position: 3, bytes: 2_000_000),
    .layerDone(position: 3), .received(position: 4, bytes: 1),
  ]

  private func lines(
    _ images: [ImageProgress], columns: Int = 80, rows: Int = 24, at now: Double = 7
  ) -> [String] {
    ProgressFrame(TerminalSize(columns: columns, rows: rows)).lines(images, at: now)
  }

  @Test("is a line for the image and one for each layer that is arriving")
  func whole() {
    let lines = lines([SampleProgress.image("docker://host/a:1", Self.events)], columns: 100)
    #expect(
      lines == [
        "docker://host/a:1: 1 of 3 layers, 47.0 MB of  402 MB, 6.71 MB/s,     0:53 left",
        "  layer 1  [\(spaced("=================>", 38))]   45%  45.0 MB of  100 MB  "
          + "7.50 MB/s      0:08",
        "  layer 4  [\(spaced(">", 38))]    0%      1 B of  300 MB      0 B/s         -",
      ])
  }

  private func spaced(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: columns - text.count)
  }

  @Test("leaves out what does not fit, least important first")
  func narrow() {
    let image = SampleProgress.image("docker://registry.example/team/tool:1.2", Self.events)
    let widths = [80, 62, 50, 36, 20, 8, 2, 1].map { lines([image], columns: $0)[1] }
    #expect(widths[0].contains("[") && widths[0].contains("MB/s"))
    #expect(!widths[1].contains("[") && widths[1].contains("MB/s") && widths[1].contains("0:08"))
    #expect(widths[2] == "  layer 1   45%  45.0 MB of  100 MB")
    #expect(widths[3] == "  layer 1   45%  45.0 MB of  100 MB")
    #expect(widths[4] == "  layer 1   45%")
    #expect(lines([image], columns: 90)[0].hasPrefix("...") && lines([image])[0].count == 79)
  }

  @Test("cuts a name only where there is no room for it, spaces that only align left out")
  func wholeName() {
    let wide = "1 of 3 layers, 47.0 MB of  402 MB, 6.71 MB/s,     0:53 left"
    let narrow = "1 of 3 layers, 47.0 MB of 402 MB, 6.71 MB/s, 0:53 left"
    let name = "docker://host/a:1"
    let image = SampleProgress.image(name, Self.events)
    let columns = name.count + 2 + narrow.count + 1
    #expect(lines([image], columns: columns + 5)[0] == "\(name): \(wide)")
    #expect(lines([image], columns: columns + 4)[0] == "\(name): \(narrow)")
    #expect(lines([image], columns: columns)[0] == "\(name): \(narrow)")
    #expect(lines([image], columns: columns - 1)[0].hasPrefix("..."))
  }

  @Test("never fills a line or the screen", arguments: 1...200)
  func limits(columns: Int) {
    let images = ["short", String(repeating: "long/", count: 80)].map {
      SampleProgress.image($0, Self.events)
    }
    for rows in [1, 2, 3, 5, 24] {
      let lines = lines(images, columns: columns, rows: rows)
      #expect(lines.allSatisfy { $0.count < max(2, columns) }, "\(lines)")
      #expect(!lines.isEmpty && lines.count <= max(1, rows - 1))
    }
  }

  @Test("has lines of the same width while bytes arrive, so that nothing jumps")
  func steady() {
    var image = SampleProgress.image("image", Self.events)
    var widths: Set<[Int]> = []
    for step in 0..<100 {
      image.add(.received(position: 4, bytes: 2_900_000), at: 8 + Double(step))
      widths.insert(lines([image], at: 8 + Double(step)).map(\.count))
    }
    #expect(widths.count == 1, "\(widths)")
  }

  @Test("says what is done where no layers arrive, and nothing of images not under way")
  func phases() {
    let resolving = SampleProgress.image("a", [])
    let linking = SampleProgress.image("b", Self.events + [.linking])
    var ended = linking
    ended.end()
    let images = [resolving, linking, ended, ImageProgress("c")]
    #expect(lines(images) == ["a: asking the source", "b: linking"])
    #expect(lines([ended]).isEmpty)
  }

  @Test("never shows more than there is of a layer")
  func excess() {
    let image = SampleProgress.image(
      "a",
      [
        SampleProgress.resolved([100]), .layerStarted(position: 1),
        .received(position: 1, bytes: 5000),
      ])
    #expect(lines([image])[1].contains("100%    100 B of   100 B"))
  }
}
