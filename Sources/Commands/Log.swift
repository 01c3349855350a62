internal import Linux
public import Logging

/// Makes the loggers of this program: one line per message on standard error.
public enum Log {
  /// A logger for a command.
  ///
  /// - Parameter level: The least important messages to show.
  public static func make(level: Logger.Level = .warning) -> Logger {
    make(level: level) { StandardStream.error.write($0) }
  }

  /// A logger whose messages somebody else writes.
  ///
  /// - Parameters:
  ///   - level: The least important messages to show.
  ///   - write: Takes each message, a line with its newline.
  public static func make(
    level: Logger.Level, write: @escaping @Sendable (String) -> Void
  ) -> Logger {
    var logger = Logger(label: "firn") { _ in LineHandler(write: write) }
    logger.logLevel = level
    return logger
  }
}

/// Writes messages as `firn: LEVEL: MESSAGE key=value…`, each with one write(2).
struct LineHandler: LogHandler {
  let write: @Sendable (String) -> Void
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .warning

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }
    write("firn: \(event.level): \(ErrorReport.printable("\(event.message)"))\(values.joined())\n")
  }

  static func quoted(_ text: String) -> String {
    let text = ErrorReport.printable(text)
    return text.contains(where: { $0 == " " || $0 == "\"" })
      ? "\"" + text.replacing("\"", with: "'") + "\"" : text
  }
}
