internal import Glibc

/// Standard output and standard error of this process, unbuffered.
public enum StandardStream: Int32, Sendable {
  /// Descriptor 1.
  case output = 1
  /// Descriptor 2.
  case error = 2

  /// Writes text; what nobody reads any more is dropped.
  public func write(_ text: String) {
    write(Array(text.utf8))
  }

  /// Writes bytes; what nobody reads any more is dropped.
  public func write(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(rawValue, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      done += count
    }
  }

  /// Whether a person looks at it: it is a terminal (isatty(3)).
  public var isTerminal: Bool { isatty(rawValue) == 1 }
}

/// Ends the process at once (exit(3)).
public func exitProcess(_ status: Int32) -> Never { exit(status) }

/// The value of an environment variable, if it is set and not empty (getenv(3)).
public func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
