public import Failures
public import SystemPackage

/// A system call that failed: which call, on what, and why.
public struct SystemError: Error, Sendable, Equatable {
  /// The name of the system call, as in section 2 of the manual.
  public let call: String
  /// The path the call was about, if it was about one.
  public let path: FilePath?
  /// The error number.
  public let errno: Errno

  /// Makes an error from its parts.
  public init(_ call: String, _ path: FilePath?, _ errno: Errno) {
    self.call = call
    self.path = path
    self.errno = errno
  }
}

extension SystemError: CustomStringConvertible {
  /// The call, the path and the reason, for a log line.
  public var description: String {
    if let path { return "\(call) \(path): \(errno)" }
    return "\(call): \(errno)"
  }
}

extension SystemError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    let subject = path.map { "\($0)" } ?? "the system"
    let cause = "\(call): \(errno)"
    switch errno {
    case .noSpace, .diskQuotaExceeded:
      return Failure(
        .noSpace, "there is no room left to write \(subject)", cause: cause,
        nextStep: "Free space or inodes (df, df -i, quota), then run the command again")
    case .readOnlyFileSystem:
      return Failure(
        .permissionDenied, "\(subject) is on a file system that is mounted read-only here",
        cause: cause, nextStep: "Run the command where the file system may be written to")
    case .permissionDenied, .notPermitted:
      return Failure(
        .permissionDenied, "\(subject) may not be used that way by this user", cause: cause,
        nextStep: "Check the owner and mode of the path, or use an account that may use it so")
    case .noSuchFileOrDirectory:
      return Failure(
        .inputOutput, "\(subject) is not there", cause: cause,
        nextStep: "Check the spelling of the path")
    case .notDirectory:
      return Failure(
        .inputOutput, "a part of \(subject) is a file where a directory is wanted", cause: cause,
        nextStep: "Check the spelling of the path")
    case .fileExists:
      return Failure(.alreadyExists, "\(subject) exists already", cause: cause)
    default:
      return Failure(.inputOutput, "\(subject) could not be read or written", cause: cause)
    }
  }
}

/// Runs a call that returns -1 on failure, again while it is interrupted.
@inline(__always)
func retrying<Result: SignedInteger>(
  _ call: String, _ path: @autoclosure () -> FilePath?, _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let number = Errno.current
    if number != .interrupted { throw SystemError(call, path(), number) }
  }
}
