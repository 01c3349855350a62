internal import Linux
internal import Logging
internal import SystemPackage

/// Writes metrics into a file again and again, for the textfile collector of node_exporter, and
/// removes it at the end.
///
/// Readers see a whole text, old or new (rename(2)). Everybody may read it.
final class MetricsFile: Sendable {
  /// The seconds between two texts.
  static let interval: Double = 15

  private let path: FilePath
  private let metrics: @Sendable () -> String
  private let logger: Logger
  private let wake = WakeUp()
  private let ended = WakeUp()

  /// Writes the first text, and goes on.
  ///
  /// - Throws: What keeps the first from being written.
  init(
    _ path: FilePath, every seconds: Double = interval, logger: Logger,
    _ metrics: @escaping @Sendable () -> String
  ) throws(SystemError) {
    self.path = path
    self.metrics = metrics
    self.logger = logger
    try Self.write(metrics(), to: path)
    _ = try JoinableThread { [self] in
      FileSystemIdentity.resume()
      go(on: seconds)
    }
  }

  private func go(on seconds: Double) {
    var isFailing = false
    while wake.wait(seconds: seconds) {
      do throws(SystemError) {
        try Self.write(metrics(), to: path)
        isFailing = false
      } catch {
        if !isFailing {
          logger.warning("metrics cannot be written", metadata: ["reason": "\(error)"])
        }
        isFailing = true
      }
    }
    try? Paths.unlink(path)
    ended.now()
  }

  /// Writes a text in the place of the one before.
  ///
  /// The collector reads names that end in `.prom`: the one for a moment does not.
  static func write(_ text: String, to path: FilePath) throws(SystemError) {
    let fresh = FilePath("\(path).\(processIdentifier())")
    try? Paths.unlink(fresh)
    do throws(SystemError) {
      let file = try OwnedDescriptor(
        opening: fresh, [.create, .exclusive, .writeOnly, .noFollow], mode: 0o644)
      try file.setMode(0o644)
      try file.writeAll(Array(text.utf8).span.bytes)
      try file.close()
      try Paths.rename(fresh, to: path)
    } catch {
      try? Paths.unlink(fresh)
      throw error
    }
  }

  /// Removes the file, and waits for that.
  func end() {
    wake.end()
    _ = ended.wait(seconds: 10)
  }
}
