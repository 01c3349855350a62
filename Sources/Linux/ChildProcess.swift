internal import Glibc
internal import SystemPackage

/// A small program that was run to its end, with what it printed.
public struct ChildProcess: Sendable {
  /// The exit status; 128 and the signal's number when a signal ended it.
  public let exitStatus: Int32
  /// Standard output and error, as they came.
  public let output: String

  /// Runs a program that is looked for in `PATH`, /usr/bin and /bin, and waits for its end.
  ///
  /// - Parameters:
  ///   - environment: `NAME=value` additions to this process's environment.
  ///   - descriptor: what the child finds as descriptor 3.
  /// - Throws: `ENOENT` when there is no such program.
  public init(
    running program: String, _ arguments: [String], environment: [String] = [],
    passing descriptor: Int32? = nil
  ) throws(SystemError) {
    let pipe = try Pipe()
    var spawn = Spawn(program: program, arguments: arguments, environment: environment)
    spawn.descriptors = [(pipe.writeEnd.rawValue, 1), (pipe.writeEnd.rawValue, 2)]
    if let descriptor { spawn.descriptors.append((descriptor, 3)) }
    let child = try spawn.start()
    let reader = pipe.closingWriteEnd()
    output = String(decoding: try reader.readToEnd(), as: UTF8.self)
    exitStatus = try Self.wait(for: child)
  }

  /// Waits for a child's end (waitpid(2)); 128 and the signal's number when a signal ended it.
  static func wait(for child: pid_t) throws(SystemError) -> Int32 {
    var status: Int32 = 0
    _ = try retrying("waitpid", nil) { waitpid(child, &status, 0) }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
