internal import Glibc
internal import SystemPackage

/// Waiting until one of several descriptors has something to read, or has ended (poll(2)).
public enum Readable {
  /// Waits for so many seconds at most, nil for ever.
  ///
  /// - Returns: Those of the numbers that have something; none when the time has passed.
  public static func wait(for numbers: [Int32], seconds: Double?) throws(SystemError) -> Set<Int32>
  {
    var list = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let limit = seconds.map { Int32(clamping: Int64(($0 * 1000).rounded(.up))) } ?? -1
    _ = try retrying("poll", nil) { poll(&list, nfds_t(list.count), limit) }
    return Set(list.filter { $0.revents != 0 }.map(\.fd))
  }
}
