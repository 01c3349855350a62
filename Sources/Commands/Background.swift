internal import Failures
internal import Linux
internal import Synchronization

/// Runs a server in the background, or in the foreground when asked to.
enum Background {
  /// Runs a server.
  ///
  /// In the foreground `serve` is called here. Otherwise this program is started again with
  /// `--foreground` in a session of its own, and this returns when that says that it is ready.
  ///
  /// - Parameter serve: Serves until its end; calls its argument when it is usable.
  /// - Throws: What `serve` throws, in the background as the same `Failure`.
  static func run(
    foreground: Bool, _ serve: (_ ready: @escaping @Sendable () -> Void) throws -> Void
  ) throws {
    if foreground { return try serveHere(serve) }
    // Right behind the subcommand: what follows a "--" is not an option any more.
    var arguments = Array(CommandLine.arguments.dropFirst())
    arguments.insert("--foreground", at: min(1, arguments.count))
    switch try DetachedProcess.start(DetachedProcess.ownExecutable, arguments) {
    case .ready: return
    case .failed(let text, let status):
      guard let failure = FailureText.decode(text) else {
        throw Failure(
          .internalError, "the server ended before it was ready",
          cause: text.isEmpty ? "exit status \(status)" : text,
          nextStep: "Run the same command with --foreground to see why")
      }
      throw failure
    }
  }

  private static func serveHere(
    _ serve: (_ ready: @escaping @Sendable () -> Void) throws -> Void
  ) throws {
    let channel = ReadyChannel().map { Starter($0) }
    do {
      try serve { channel?.ready() }
    } catch {
      channel?.fail(FailureText.encode(Failure(presenting: error)))
      throw error
    }
  }

  /// The process that waits, told at most once.
  private final class Starter: Sendable {
    private struct Slot: ~Copyable {
      var channel: ReadyChannel?
    }

    private let slot: Mutex<Slot>

    init(_ channel: consuming ReadyChannel) { slot = Mutex(Slot(channel: channel)) }

    func ready() {
      if let channel = slot.withLock({ $0.channel.take() }) { channel.ready() }
    }

    func fail(_ reason: String) {
      if let channel = slot.withLock({ $0.channel.take() }) { channel.fail(reason) }
    }
  }
}
