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
    let child = try spawn.start()
    let reader = pipe.closingWriteEnd()
    do throws(SystemError) {
      output = try Self.read(from: reader, until: end)
      exitStatus = try Self.wait(for: child, until: end)
    } catch {
      kill(child, SIGKILL)
      _ = try? Self.wait(for: child, until: MonotonicClock.seconds() + 0.5)
      throw SystemError(error.call, FilePath(program), error.errno)
    }
  }

  private static func read(
    from reader: borrowing OwnedDescriptor, until end: Double
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let left = max(0, end - MonotonicClock.seconds())
      var event = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
      let ready = try retrying("poll", nil) { poll(&event, 1, Int32(min(left, 1e6) * 1000) + 1) }
      guard ready > 0 else { throw SystemError("poll", nil, .timedOut) }
      var span = buffer.mutableSpan
      var raw = span.mutableBytes
      let count = try reader.readNext(into: &raw)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func wait(for child: pid_t, until end: Double) throws(SystemError) -> Int32 {
    var status: Int32 = 0
    while try retrying("waitpid", nil, { waitpid(child, &status, WNOHANG) }) != child {
      guard MonotonicClock.seconds() < end else { throw SystemError("waitpid", nil, .timedOut) }
      WallClock.pause(milliseconds: 2)
    }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
