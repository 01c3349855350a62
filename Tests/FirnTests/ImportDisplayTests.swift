import Digests
import Linux
import OCI
import Synchronization
import Testing

@testable import ImageImport
@testable import firn

@Suite("The display of imports")
struct ImportDisplayTests {
  /// What was written, and the time.
  private final class World: Sendable {
    private struct State {
      var output = ""
      var errors = ""
      var now = 0.0
    }

    private let state = Mutex(State())

    var output: String { state.withLock { $0.output } }
    var errors: String { state.withLock { $0.errors } }
    var now: Double { state.withLock { $0.now } }

    func advance(_ seconds: Double) { state.withLock { $0.now += seconds } }

    func write(_ stream: StandardStream, _ text: String) {
      state.withLock { state in
        if stream == .output { state.output += text } else { state.errors += text }
      }
    }

    func display(_ style: ImportDisplay.Style, _ names: [String] = ["x"]) -> ImportDisplay {
      ImportDisplay(
        style, names: names, size: { TerminalSize(columns: 60, rows: 10) }, clock: { self.now },
        writer: { self.write($0, $1) })
    }
  }

  private static func summary() throws -> ImportSummary {
    var summary = ImportSummary(names: ["x"], id: "abc", digest: SampleProgress.digest)
    summary.layers = 2
    summary.fetchedLayers = 1
    return summary
  }

  private static let events: [ImportEvent] = [
    SampleProgress.resolved([1000, 0]), .layerStarted(position: 1),
    .received(position: 1, bytes: 500),
  ]

  private func play(_ world: World, _ display: ImportDisplay, _ index: Int = 0) {
    display.begin(index)
    for event in Self.events { display.show(event, of: index) }
    world.advance(1)
    display.tick()
  }

  @Test("says nothing when it is to be silent")
  func silent() throws {
    let world = World()
    let display = world.display(.silent)
    play(world, display)
    display.end(0, try Self.summary())
    #expect(world.output.isEmpty && world.errors.isEmpty)
  }

  @Test("in lines uses no sequences of a terminal, and prints the summary to standard output")
  func lines() throws {
    let world = World()
    let display = world.display(.lines)
    play(world, display)
    display.note("firn: warning: w\n")
    display.end(0, try Self.summary())
    #expect(
      world.errors == """
        x: 2 layers, 1 known, 1.00 kB to fetch
        x: 500 B of 1.00 kB, 500 B/s, 0:01 left
        firn: warning: w

        """)
    #expect(world.output.hasPrefix("x: 2 layers (1 known, 1 fetched"))
    #expect(world.output.split(separator: "\n").count == 1)
  }

  @Test("in bars draws at a tick, makes room for warnings, and leaves nothing")
  func bars() throws {
    let world = World()
    let display = world.display(.bars)
    display.begin(0)
    for event in Self.events { display.show(event, of: 0) }
    #expect(world.errors.isEmpty)
    world.advance(1)
    display.tick()
    #expect(world.errors.contains("50%"))
    let before = world.errors.count
    display.tick()
    #expect(world.errors.count == before, "nothing changed")
    display.note("firn: warning: w\n")
    #expect(world.errors.hasSuffix("\u{1B}[Jfirn: warning: w\n"))
    display.tick()
    display.end(0, nil)
    #expect(world.errors.hasSuffix("\u{1B}[J"))
    #expect(world.output.isEmpty)
    display.tick()
    #expect(world.errors.hasSuffix("\u{1B}[J"))
  }

  @Test("in JSON prints lines to standard output, and a summary as the last")
  func json() throws {
    let world = World()
    let display = world.display(.json(events: true))
    play(world, display)
    display.end(0, try Self.summary())
    let objects = try world.output.split(separator: "\n").map {
      try JSONValue(parsing: Array($0.utf8))
    }
    #expect(
      objects.map { $0["event"]?.string } == [
        "resolved", "layer-reused", "layer-started", "layer-progress", "summary",
      ])
    #expect(objects.allSatisfy { $0["image"]?.string == "x" })
    #expect(world.errors.isEmpty)
  }

  @Test("in JSON without events prints summaries only")
  func summaries() throws {
    let world = World()
    let display = world.display(.json(events: false))
    play(world, display)
    display.end(0, try Self.summary())
    #expect(world.output.split(separator: "\n").count == 1)
    #expect(world.output.contains("\"event\":\"summary\""))
  }

  @Test("has printed what came of an image before the next fails")
  func severalImages() throws {
    let world = World()
    let display = world.display(.lines, ["x", "y"])
    play(world, display, 0)
    display.end(0, try Self.summary())
    play(world, display, 1)
    display.end(1, nil)
    #expect(world.output.hasPrefix("x: 2 layers"))
    #expect(world.errors.contains("y: 2 layers"))
  }

  @Test("ticks while work goes on, and no longer")
  func watching() async throws {
    let world = World()
    let display = world.display(.bars)
    let result = try await display.watching {
      display.begin(0)
      for _ in 0..<200 where world.errors.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
      return 7
    }
    #expect(result == 7)
    #expect(world.errors.contains("x: asking the source"))
    // What happens now would be drawn by the next tick.
    for event in Self.events { display.show(event, of: 0) }
    world.advance(1)
    let before = world.errors
    try await Task.sleep(for: .seconds(5 * ImportDisplay.Style.bars.interval))
    #expect(world.errors == before)
    display.tick()
    #expect(world.errors.contains("50%"))
  }

  @Test("ticks no longer when the work fails, which is what it throws")
  func failing() async throws {
    let world = World()
    let display = world.display(.bars)
    await #expect(throws: CancellationError.self) {
      try await display.watching { () async throws -> Void in throw CancellationError() }
    }
    display.begin(0)
    try await Task.sleep(for: .seconds(5 * ImportDisplay.Style.bars.interval))
    #expect(world.errors.isEmpty)
  }
}
