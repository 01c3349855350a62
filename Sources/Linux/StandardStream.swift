internal import Glibc
internal import Synchronization
internal import SystemPackage

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

  /// The first error of a write to standard output, but for that nobody reads it any more.
  ///
  /// A program that ended well must not end as if it had: see ``outputError``.
  private static let failure = Mutex<Errno?>(nil)

  /// Why standard output lacks something that was written to it; nil when it does not.
  public static var outputError: SystemError? {
    failure.withLock { $0 }.map { SystemError("write", nil, $0) }
  }

  /// Writes bytes; what nobody reads any more is dropped.
  public func write(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(rawValue, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        let error = count < 0 ? Errno(rawValue: errno) : .ioError
        if self == .output, error != .brokenPipe { Self.failure.withLock { $0 = $0 ?? error } }
        return
      }
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
