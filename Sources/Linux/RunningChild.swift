internal import Glibc
public import SystemPackage

/// A child process that goes on while this one does other things.
///
/// Safe to use from one thread at a time.
public final class RunningChild {
  /// The process id; the process may be gone once ``reap()`` has told its end.
  public let id: Int32
  private var status: Int32?

  /// Starts a program with this process's standard streams.
  ///
  /// - Parameters:
  ///   - environment: `NAME=value` additions to this process's environment.
  ///   - descriptors: What the child has as which number, beside the standard streams.
  public init(
    _ program: FilePath, _ arguments: [String], environment: [String],
    descriptors: [(own: Int32, child: Int32)]
  ) throws(SystemError) {
    var spawn = Spawn(program: program.string, arguments: arguments)
    spawn.environment = environment
    spawn.descriptors = descriptors
    id = try spawn.start()
  }

  /// Sends a signal, unless the process is known to have ended.
  public func signal(_ signal: SignalWaiter.Signal) { send(Int32(signal.rawValue)) }

  /// Kills it (SIGKILL).
  public func kill() { send(SIGKILL) }

  private func send(_ number: Int32) {
    if reap() == nil { _ = Glibc.kill(id, number) }
  }

  /// The exit status once the process has ended; nil before.
  ///
  /// Never waits. It is 128 and the signal's number when a signal ended it.
  public func reap() -> Int32? {
    if status != nil { return status }
    var word: Int32 = 0
    guard waitpid(id, &word, WNOHANG) == id else { return nil }
    let signal = word & 0x7f
    status = signal == 0 ? (word >> 8) & 0xff : 128 + signal
    return status
  }
}
