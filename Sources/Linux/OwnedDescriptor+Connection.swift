internal import CLinux
internal import Glibc
public import SystemPackage

extension OwnedDescriptor {
  /// Connects to a socket in the file system (unix(7)); waits for it up to a time.
  ///
  /// - Throws: `ENOENT` when there is none, `ECONNREFUSED` when nobody listens any more, `EAGAIN`
  ///   when nobody accepts in time.
  public init(connectingTo path: FilePath, within seconds: Double) throws(SystemError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = OwnedDescriptor(
      owning: try retrying("socket", path) { Glibc.socket(AF_UNIX, type, 0) }, path: path)
    let number = socket.rawValue
    let microseconds = Int64(max(seconds, 0.001) * 1e6)
    _ = try retrying("connect", path) {
      path.withPlatformString { firn_connect_unix(number, $0, microseconds) }
    }
    self = socket
  }

  /// Reads from a socket until its end.
  ///
  /// - Parameters:
  ///   - limit: The most bytes there may be.
  ///   - seconds: The longest that all of it may take.
  /// - Throws: `ETIMEDOUT`, and `EMSGSIZE` when there is more.
  public borrowing func readToEnd(
    limit: Int, within seconds: Double
  ) throws(SystemError) -> [UInt8] {
    let end = MonotonicClock.seconds() + seconds
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.count <= limit {
      let left = end - MonotonicClock.seconds()
      var wanted = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(clamping: Int(max(0, left) * 1000))
      let ready = try retrying("poll", path) { poll(&wanted, 1, milliseconds) }
      guard ready > 0 else {
        if left > 0 { continue }
        throw SystemError("poll", path, .timedOut)
      }
      var span = buffer.mutableSpan
      var raw = span.mutableBytes
      let count = try readNext(into: &raw)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
    throw SystemError("read", path, .messageTooLong)
  }
}
