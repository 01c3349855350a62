internal import Glibc
internal import SystemPackage

/// A child of this process that is given so much time to answer and to end.
struct LimitedChild {
  let id: pid_t
  /// What it runs, for errors.
  let program: String
  /// When it is killed, by ``MonotonicClock``.
  let end: Double

  /// Reads all that it writes and waits for its end; kills it where that takes too long.
  ///
  /// One that cannot be killed because the kernel waits for a file system is left alone.
  ///
  /// - Throws: `ETIMEDOUT` when it took too long, `ECANCELED` when it was cancelled.
  func finish(
    reading reader: borrowing OwnedDescriptor, isCancelled: () -> Bool = { false }
  ) throws(SystemError) -> (status: Int32, output: [UInt8]) {
    do throws(SystemError) {
      let output = try read(from: reader, isCancelled)
      return (try wait(until: end, isCancelled), output)
    } catch {
      kill(id, SIGKILL)
      _ = try? wait(until: MonotonicClock.seconds() + 0.5) { false }
      throw SystemError(error.call, FilePath(program), error.errno)
    }
  }

  private func read(
    from reader: borrowing OwnedDescriptor, _ isCancelled: () -> Bool
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      guard !isCancelled() else { throw SystemError("poll", nil, .canceled) }
      let left = max(0, end - MonotonicClock.seconds())
      var event = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
      // Whoever cancels does not wake poll(2).
      let ready = try retrying("poll", nil) { poll(&event, 1, Int32(min(left, 0.2) * 1000) + 1) }
      if ready == 0 {
        guard MonotonicClock.seconds() < end else { throw SystemError("poll", nil, .timedOut) }
        continue
      }
      var span = buffer.mutableSpan
      var raw = span.mutableBytes
      let count = try reader.readNext(into: &raw)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private func wait(
    until end: Double, _ isCancelled: () -> Bool
  ) throws(SystemError) -> Int32 {
    var status: Int32 = 0
    while try retrying("waitpid", nil, { waitpid(id, &status, WNOHANG) }) != id {
      guard !isCancelled() else { throw SystemError("waitpid", nil, .canceled) }
      guard MonotonicClock.seconds() < end else { throw SystemError("waitpid", nil, .timedOut) }
      WallClock.pause(milliseconds: 2)
    }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
