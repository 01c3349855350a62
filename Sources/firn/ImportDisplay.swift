internal import Commands
internal import ImageImport
internal import Linux
internal import Synchronization

/// Shows imports: what happens goes to standard error and what came of it to standard output, or
/// both as lines of JSON to standard output.
///
/// Thread-safe: events of several tasks may come at once.
final class ImportDisplay: Sendable {
  /// How imports are shown.
  enum Style: Hashable, Sendable {
    /// Not at all.
    case silent
    /// A line for each thing that happens, and now and then one on how far it is.
    case lines
    /// Lines of a terminal that are rewritten.
    case bars
    /// Lines of JSON; without events only what came of it.
    case json(events: Bool)

    /// What suits standard error, as it is.
    static func current() -> Style {
      let kind = environmentVariable("TERM")
      return StandardStream.error.isTerminal && kind != nil && kind != "dumb" ? .bars : .lines
    }

    /// How often something changes though nothing happened, in seconds.
    var interval: Double {
      switch self {
      case .silent: 3600
      case .lines: 30
      case .bars: 0.1
      case .json: 1
      }
    }
  }

  /// Where text goes.
  typealias Writer = @Sendable (StandardStream, String) -> Void

  private struct State {
    var images: [ImageProgress]
    var area = TerminalArea()
  }

  private let style: Style
  private let size: @Sendable () -> TerminalSize
  private let clock: @Sendable () -> Double
  private let writer: Writer
  private let state: Mutex<State>

  /// - Parameters:
  ///   - names: The sources, in the order of the indices that the functions take.
  ///   - clock: Seconds that do not run backwards.
  init(
    _ style: Style, names: [String],
    size: @escaping @Sendable () -> TerminalSize = {
      TerminalSize(of: .error) ?? TerminalSize(columns: 80, rows: 24)
    },
    clock: @escaping @Sendable () -> Double = { MonotonicClock.seconds() },
    writer: @escaping Writer = { $0.write($1) }
  ) {
    self.style = style
    self.size = size
    self.clock = clock
    self.writer = writer
    let now = clock()
    state = Mutex(State(images: names.map { ImageProgress($0, at: now) }))
  }

  /// The import of an image begins.
  func begin(_ index: Int) { state.withLock { $0.images[index].begin() } }

  /// Something happened.
  func show(_ event: ImportEvent, of index: Int) {
    guard style != .silent else { return }
    state.withLock { state in
      state.images[index].add(event, at: clock())
      let image = state.images[index]
      switch style {
      case .silent, .bars, .json(events: false): break
      case .lines:
        if let line = ProgressLines.line(event, image) { writer(.error, line + "\n") }
      case .json(events: true):
        for object in EventObject.objects(event, image) { write(object) }
      }
    }
  }

  /// The import of an image ended.
  ///
  /// - Parameter summary: What came of it, if it ended well.
  func end(_ index: Int, _ summary: ImportSummary?) {
    state.withLock { state in
      state.images[index].end()
      writer(.error, state.area.clear())
      guard let summary else { return }
      switch style {
      case .silent: break
      case .lines, .bars:
        writer(.output, SummaryLines(summary).lines.map { $0 + "\n" }.joined())
      case .json: write(SummaryObject(summary, image: state.images[index].name))
      }
    }
  }

  /// Shows how far everything is.
  func tick() {
    let now = clock()
    state.withLock { state in
      switch style {
      case .silent, .json(events: false): break
      case .lines:
        for line in state.images.compactMap({ ProgressLines.standing($0, at: now) }) {
          writer(.error, line + "\n")
        }
      case .bars:
        writer(
          .error, state.area.draw(ProgressFrame(size()).lines(state.images, at: now)))
      case .json(events: true):
        for object in state.images.flatMap(EventObject.standing) { write(object) }
      }
    }
  }

  /// Writes a line that has nothing to do with progress, such as a warning, to standard error.
  func note(_ line: String) {
    state.withLock { state in writer(.error, state.area.clear() + line) }
  }

  private func write(_ object: some Encodable) {
    guard let line = try? Output.jsonLine(object) else { return }
    writer(.output, line)
  }

  /// Runs work, and shows how far it is meanwhile.
  func watching<Result: Sendable>(
    _ work: @Sendable () async throws -> Result
  ) async throws -> Result {
    let ticking = Task { [self] in
      while !Task.isCancelled {
        try await Task.sleep(for: .seconds(style.interval))
        tick()
      }
    }
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
    ticking.cancel()
    // A tick that has begun must not draw over what is printed next.
    _ = await ticking.result
    return try outcome.get()
  }
}
