internal import Glibc
public import SystemPackage

/// A program that goes on in the background, in a session of its own, after its starter has ended.
///
/// The starter waits until the program says over a pipe that it is ready, or why it is not. The
/// program finds the pipe through ``ReadyChannel``.
public enum DetachedProcess {
  /// How the start went.
  public enum Outcome: Equatable, Sendable {
    /// The program says that it is ready; it has this process id.
    case ready(Int32)
    /// The program ended with this status; the text is what it gave as the reason, or empty.
    case failed(String, exitStatus: Int32)
  }

  /// The file of the running program.
  public static var ownExecutable: FilePath {
    (try? Paths.linkTarget("/proc/self/exe")) ?? "/proc/self/exe"
  }

  /// Starts a program and waits until it is ready or has failed.
  ///
  /// Its standard input and output are /dev/null, its working directory and environment are ours.
  ///
  /// - Parameter log: gets what the program prints on standard error, appended.
  public static func start(
    _ executable: FilePath, _ arguments: [String], log: FilePath = "/dev/null"
  ) throws(SystemError) -> Outcome {
    let null = try OwnedDescriptor(opening: "/dev/null", .readWrite)
    let appending = OwnedDescriptor.Options(rawValue: O_APPEND)
    let errors = try OwnedDescriptor(opening: log, [.writeOnly, .create, appending])
    let pipe = try Pipe()
    let child = try spawn(
      executable, arguments,
      [(null.rawValue, 0), (null.rawValue, 1), (errors.rawValue, 2), (pipe.writeEnd.rawValue, 3)])
    let reader = pipe.closingWriteEnd()
    var first = [UInt8](repeating: 0, count: 1)
    var span = first.mutableSpan
    var bytes = span.mutableBytes
    if try reader.readNext(into: &bytes) == 1, first[0] == ReadyChannel.readyMark {
      return .ready(child)
    }
    let text = String(decoding: try reader.readToEnd(), as: UTF8.self)
    return .failed(text, exitStatus: try ChildProcess.wait(for: child))
  }

  private static func spawn(
    _ executable: FilePath, _ arguments: [String], _ descriptors: [(own: Int32, child: Int32)]
  ) throws(SystemError) -> pid_t {
    var spawn = Spawn(program: executable.string, arguments: arguments)
    spawn.environment = ["\(ReadyChannel.variable)=3"]
    spawn.descriptors = descriptors
    spawn.startsSession = true
    return try spawn.start()
  }
}
