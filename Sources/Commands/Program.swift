public import ArgumentParser
public import Failures
internal import Linux

/// Runs a tree of commands: parses, runs, and turns every error into a message and an exit status.
public enum Program {
  /// Parses the arguments of this process, runs the command they name and ends the process.
  ///
  /// Exit statuses are those of ``FailureCode``; errors in the arguments give 64 (`EX_USAGE`).
  public static func main(_ root: any ParsableCommand.Type) async -> Never {
    do {
      try CommandCheck(root).require(Array(CommandLine.arguments.dropFirst()))
      var command = try root.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      try requireOutput()
      root.exit()
    } catch let error as any FailureConvertible {
      end(with: error.failure)
    } catch {
      root.exit(withError: error)
    }
  }

  /// Fails when standard output could not be written: what reads it has only a part.
  public static func requireOutput() throws(Failure) {
    guard let error = StandardStream.outputError else { return }
    throw Failure(
      .inputOutput, "standard output could not be written", cause: error.description,
      nextStep: "Write to a file system that has room, or to a program that reads it")
  }

  /// What the user reads of a failure, with a newline at its end.
  public static func report(_ failure: Failure) -> String { ErrorReport(failure).text }

  /// A text on one line, with `?` for every control character: such text may be of strangers.
  public static func printable(_ text: String) -> String { ErrorReport.printable(text) }

  /// Prints a failure on standard error and ends the process with its exit status.
  public static func end(with failure: Failure) -> Never {
    ErrorReport(failure).print()
    exitProcess(failure.code.exitStatus)
  }
}
