internal import Commands
internal import Failures
internal import Linux

/// Lets a signal stop work in an orderly way: the work is cancelled, cleans up, and the command
/// ends with `interrupted`.
///
/// A second signal ends the program at once.
enum Interruption {
  /// Runs work until it ends or SIGINT, SIGTERM or SIGHUP cancels it.
  ///
  /// - Parameter sentence: What to say when a signal came.
  /// - Throws: What the work throws, or `Failure` with `interrupted` once a signal came.
  static func guarding<Result: Sendable>(
    _ sentence: String = "the import was interrupted; layers that are complete were kept",
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    let flag = CancellationFlag()
    let signals = try SignalWaiter(SignalWaiter.Signal.allCases) {
      react(to: $0, flag, cancel: task.cancel) { exitProcess($0) }
    }
    defer { withExtendedLifetime(signals) {} }
    do {
      return try await task.value
    } catch {
      guard flag.isSet else { throw error }
      throw Failure(
        .interrupted, sentence,
        nextStep: "Run the same command again when you are ready")
    }
  }

  /// Cancels the work at the first signal, and ends the program with that status at the second.
  ///
  /// - Parameter flag: Whether there was a signal before.
  static func react(
    to signal: SignalWaiter.Signal, _ flag: CancellationFlag, cancel: () -> Void,
    end: (Int32) -> Void
  ) {
    if flag.isSet { return end(128 + Int32(signal.rawValue)) }
    flag.set()
    cancel()
  }
}
