public import Failures
internal import Linux
public import SystemPackage

/// Why a server did not say how it is.
public enum StatusError: Error, Equatable, Sendable {
  /// Firn has mounted nothing there.
  case notMounted(FilePath)
  /// The mount is there, and nobody serves it any more.
  case gone(FilePath)
  /// The server does not answer.
  case noAnswer(FilePath)
  /// The server is another user's, who alone may ask it; or it is one that cannot be asked.
  case notReachable(FilePath)
  /// What the server says cannot be understood: it is of another version.
  case notUnderstood(FilePath)
}

extension StatusError {
  /// The mount whose server was asked.
  public var mountPoint: FilePath {
    switch self {
    case .notMounted(let path), .gone(let path), .noAnswer(let path), .notReachable(let path),
      .notUnderstood(let path):
      path
    }
  }
}

extension StatusError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .notMounted(let path):
      Failure(
        .mountPoint, "firn has mounted nothing at \(path)",
        nextStep: "See what is mounted: findmnt -t fuse.firn")
    case .gone(let path):
      Failure(
        .siteProblem, "the server of \(path) is gone",
        cause: "its socket is there, and nobody listens",
        nextStep:
          "Detach the mount, umount -l \(path) or fusermount3 -u -z \(path), and mount again")
    case .noAnswer(let path):
      Failure(
        .siteProblem, "the server of \(path) does not answer",
        nextStep: "See what it does: firn doctor \(path)")
    case .notReachable(let path):
      Failure(
        .permissionDenied, "the server of \(path) cannot be asked by this user",
        cause: "it has no socket here: it is another user's, or could not make one",
        nextStep: "Ask as the user who mounted it, or as root; see its log")
    case .notUnderstood(let path):
      Failure(
        .siteProblem, "what the server of \(path) says cannot be understood",
        cause: "it is of another version of firn", nextStep: "Start it anew with this version")
    }
  }
}
