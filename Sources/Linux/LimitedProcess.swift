internal import Glibc
internal import SystemPackage

/// A small program that was run to its end, but not for longer than a stated time.
///
/// For what may hang: a program on a file system whose server is gone, or one that looks there.
public struct LimitedProcess: Sendable {
  /// The exit status; 128 and the signal's number when a signal ended it.
  public let exitStatus: Int32
  /// Standard output; standard error was dropped.
  public let output: [UInt8]

  /// Runs a program that is looked for in `PATH`, /usr/bin and /bin, and waits for its end.
  ///
  /// Blocks the calling thread for `seconds` and a little more at most. A program that takes longer
  /// is killed; one that cannot be killed because the kernel waits for a file system is left alone.
  ///
  /// - Throws: `ENOENT` when there is no such program, `ETIMEDOUT` when it took too long.
  public init(
    running program: String, _ arguments: [String], within seconds: Double
  ) throws(SystemError) {
    let end = MonotonicClock.seconds() + seconds
    let pipe = try Pipe()
    let null = try OwnedDescriptor(opening: "/dev/null", .readWrite)
    var spawn = Spawn(program: program, arguments: arguments)
    spawn.descriptors = [
      (null.rawValue, 0), (pipe.writeEnd.rawValue, 1), (null.rawValue, 2),
    ]
    let child = LimitedChild(id: try spawn.start(), program: program, end: end)
    let reader = pipe.closingWriteEnd()
    (exitStatus, output) = try child.finish(reading: reader)
  }
}
