internal import Glibc
internal import SystemPackage

/// A program that runs where this one was started: with its terminal, standard input and output.
public enum ForegroundProcess {
  /// Runs a program that is looked for in `PATH`, /usr/bin and /bin, and waits for its end.
  ///
  /// - Parameter environment: `NAME=value` additions to this process's environment, which go before
  ///   what that has.
  /// - Returns: The exit status; 128 and the signal's number when a signal ended it.
  /// - Throws: `ENOENT` when there is no such program.
  public static func run(
    _ program: String, _ arguments: [String], environment: [String] = []
  ) throws(SystemError) -> Int32 {
    let spawn = Spawn(program: program, arguments: arguments, environment: environment)
    return try ChildProcess.wait(for: try spawn.start())
  }
}
