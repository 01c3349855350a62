internal import Glibc
internal import SystemPackage

/// Standard input of this process.
public enum StandardInput {
  /// Reads everything; nil where there is more than a limit (read(2)).
  ///
  /// - Parameter limit: The most bytes to take.
  public static func read(limit: Int) throws(SystemError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try retrying("read", "/dev/stdin") { Glibc.read(0, &buffer, buffer.count) }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { return nil }
      bytes += buffer[..<count]
    }
  }
}
