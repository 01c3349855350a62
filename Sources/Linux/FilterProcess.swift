internal import Glibc
internal import SystemPackage

/// A small program that was given some bytes and run to its end, but not for longer than a stated
/// time, with what it answered.
public struct FilterProcess: Sendable {
  /// The exit status; 128 and the signal's number when a signal ended it.
  public let exitStatus: Int32
  /// What it wrote to standard output.
  ///
  /// Its standard error goes where this process's goes.
  public let output: [UInt8]

  /// Runs a program that is looked for in `PATH`, /usr/bin and /bin, and waits for its end.
  ///
  /// Blocks the calling thread for `seconds` and a little more at most. A program that takes longer
  /// is killed.
  ///
  /// - Parameters:
  ///   - input: What it finds on standard input: at most 4096 bytes, which a pipe always holds, so
  ///     that a program that does not read them blocks nobody.
  ///   - isCancelled: Asked several times a second; once it says true the program is killed.
  /// - Throws: `ENOENT` when there is no such program, `ETIMEDOUT` when it took too long,
  ///   `ECANCELED` when it was cancelled.
  public init(
    running program: String, _ arguments: [String], input: [UInt8], within seconds: Double,
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(SystemError) {
    precondition(input.count <= 4096, "a pipe holds 4096 bytes")
    let question = try Pipe()
    let answer = try Pipe()
    try question.writeEnd.writeAll(input.span.bytes)
    var spawn = Spawn(program: program, arguments: arguments)
    spawn.descriptors = [(question.readEnd.rawValue, 0), (answer.writeEnd.rawValue, 1)]
    let child = LimitedChild(
      id: try spawn.start(), program: program, end: MonotonicClock.seconds() + seconds)
    // Only the child holds the reading end of its input and the writing end of its output now.
    _ = question.closingWriteEnd()
    let reader = answer.closingWriteEnd()
    (exitStatus, output) = try child.finish(reading: reader, isCancelled: isCancelled)
  }
}
