internal import Failures
internal import Linux
internal import Logging
internal import NodeService
internal import SystemPackage

/// How `firn serve` is divided among processes: a supervisor that keeps the mount, and the server
/// that it starts with the same arguments.
enum ServeSupervision {
  /// Supervises a server; returns when the mount is gone.
  ///
  /// - Throws: What the first server could not do, as it said, or that servers died again and again.
  static func run(at mountPoint: String, ready: @escaping () -> Void) throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let supervisor = try Supervisor(
      DetachedProcess.ownExecutable, arguments, logger: Log.make(level: .info), ready: ready)
    switch try supervisor.run() {
    case .unmounted: return
    case .notStarted(let reason, let status):
      throw FailureText.decode(reason)
        ?? Failure(
          .internalError, "the server ended before it was ready", cause: "exit status \(status)")
    case .gaveUp:
      throw Failure(
        .internalError, "the server died again and again, and \(mountPoint) was unmounted",
        nextStep: "See in the log what it died of; firn serve mounts again")
    }
  }

  /// Serves for a supervisor; what cannot be done is said to it, and printed by it.
  static func serve(_ link: ServerLink, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      let failure = Failure(presenting: error)
      link.fail(FailureText.encode(failure))
      exitProcess(failure.code.exitStatus)
    }
  }
}
