public import Failures
public import Linux
public import SystemPackage

/// Why a file system could not be mounted or served.
public enum FUSEError: Error, Equatable, Sendable {
  /// There is no /dev/fuse, or the kernel has no FUSE.
  case deviceMissing(SystemError)
  /// This user may not open /dev/fuse.
  case deviceNotPermitted(SystemError)
  /// The mount point does not exist.
  case mountPointMissing(FilePath)
  /// The mount point is not a directory.
  case mountPointNotDirectory(FilePath)
  /// Something is mounted at the mount point: type and source.
  case mountPointInUse(FilePath, type: String, source: String)
  /// At the mount point is a FUSE mount whose server is gone.
  case mountPointDead(FilePath)
  /// This user may not mount there.
  case mountPointNotPermitted(FilePath, cause: String)
  /// A user mounts, and there is no fusermount3.
  case programMissing
  /// A user wants others to see the mount, and the machine does not allow it.
  case allowOtherRefused
  /// Mounting failed for another reason.
  case mountFailed(FilePath, cause: String)
  /// The session broke off.
  case sessionFailed(FilePath, cause: String)
  /// The record has no mount to go on with.
  case nothingToResume
  /// The session has been run before, or runs.
  case alreadyRun(FilePath)
}

extension FUSEError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .deviceMissing, .deviceNotPermitted, .programMissing, .allowOtherRefused:
      availabilityFailure
    case .mountFailed(let path, let cause):
      Failure(.fuseUnavailable, "\(path) could not be mounted", cause: cause)
    case .sessionFailed(let path, let cause):
      Failure(
        .fuseUnavailable, "the file system at \(path) could not be served", cause: cause,
        nextStep: "Mount it again")
    case .nothingToResume:
      Failure(.internalError, "what the server before has left is incomplete")
    case .alreadyRun(let path):
      Failure(.internalError, "the session at \(path) was run twice")
    default:
      mountPointFailure
    }
  }

  private var availabilityFailure: Failure {
    switch self {
    case .deviceNotPermitted(let error):
      Failure(
        .fuseUnavailable, "/dev/fuse may not be used by this user", cause: "\(error)",
        nextStep: "Ask the administrator for chmod 0666 /dev/fuse, or mount as root")
    case .programMissing:
      Failure(
        .fuseUnavailable, "fusermount3, by which users mount, is not installed",
        nextStep: "Install the package fuse3, or mount as root")
    case .allowOtherRefused:
      Failure(
        .fuseUnavailable, "users may not mount for other users on this machine",
        nextStep: "Add the line user_allow_other to /etc/fuse.conf, or mount for yourself alone")
    case .deviceMissing(let error):
      Failure(
        .fuseUnavailable, "this machine offers no FUSE", cause: "\(error)",
        nextStep: "Run modprobe fuse as root; in a container pass --device /dev/fuse")
    default:
      Failure(.internalError, "FUSE is not available")
    }
  }

  private var mountPointFailure: Failure {
    switch self {
    case .mountPointMissing(let path):
      Failure(
        .mountPoint, "the mount point \(path) does not exist",
        nextStep: "Create it: mkdir -p \(path)")
    case .mountPointNotDirectory(let path):
      Failure(
        .mountPoint, "the mount point \(path) is not a directory", nextStep: "Name a directory")
    case .mountPointInUse(let path, let type, let source):
      Failure(
        .mountPoint, "something is mounted at \(path) already", cause: "\(source), type \(type)",
        nextStep: "Name another directory, or unmount that first: umount \(path)")
    case .mountPointDead(let path):
      Failure(
        .mountPoint, "at \(path) is a mount whose server is gone",
        nextStep: "Detach it: umount -l \(path), or as a user fusermount3 -u -z \(path)")
    case .mountPointNotPermitted(let path, let cause):
      Failure(
        .mountPoint, "this user may not mount at \(path)", cause: cause,
        nextStep: "Name a directory that you own and may write to")
    default:
      Failure(.internalError, "the mount point cannot be used")
    }
  }
}
