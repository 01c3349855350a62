public import Failures
public import Linux
public import SystemPackage

/// Why a directory is not used as a disk cache.
public enum DiskCacheError: Error, Equatable, Sendable {
  /// The path is no directory.
  case notADirectory(FilePath)
  /// It belongs to another account than the one that serves.
  case foreign(FilePath, owner: UInt32, wanted: UInt32)
  /// Others than its owner may write to it.
  case writableByOthers(FilePath, mode: UInt16)
  /// Another server uses it.
  case inUse(FilePath)
  /// A system call failed.
  case system(SystemError)
}

extension DiskCacheError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .notADirectory(let path):
      Failure(
        .configuration, "the disk cache \(path) is no directory",
        nextStep: "Name a directory of the node's own, or one that is to be made")
    case .foreign(let path, let owner, let wanted):
      Failure(
        .permissionDenied,
        "the disk cache \(path) belongs to user \(owner), not to user \(wanted) who serves",
        nextStep: "Name another directory, or run chown \(wanted) \(path)")
    case .writableByOthers(let path, let mode):
      Failure(
        .permissionDenied, "others may write to the disk cache \(path)",
        cause: "its mode is \(String(mode, radix: 8))", nextStep: "Run chmod 700 \(path)")
    case .inUse(let path):
      Failure(
        .tryAgain, "another server uses the disk cache \(path)",
        nextStep: "Give each server a directory of its own, or wait until the other has ended")
    case .system(let error): error.failure
    }
  }
}

extension DiskCacheError {
  /// Whether the disk itself is at fault, which must not keep a node from serving.
  var isOfTheDisk: Bool {
    guard case .system(let error) = self else { return false }
    return [.noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .ioError].contains(error.errno)
  }
}
