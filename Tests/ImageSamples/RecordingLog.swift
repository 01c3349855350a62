public import Logging
internal import Synchronization

/// Keeps what is logged, for tests that count it.
public final class RecordingLog: Sendable {
  private let kept = Mutex<[String]>([])

  /// Makes an empty log.
  public init() {}

  /// The messages so far, each with its metadata.
  public var lines: [String] { kept.withLock { $0 } }

  /// A logger that writes here, whatever the level.
  public var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(log: self) }
    logger.logLevel = .trace
    return logger
  }

  private struct Handler: LogHandler {
    let log: RecordingLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }
        .map { " \($0.key)=\($0.value)" }
      log.kept.withLock { $0.append("\(event.level): \(event.message)\(values.joined())") }
    }
  }
}
