/// The stable name of a way to fail, and the exit status that goes with it.
///
/// Names and exit statuses are a promise to scripts: they are listed in firn(1), "EXIT STATUS",
/// and neither is ever given another meaning. Exit statuses are those of sysexits(3), but for that of
/// a check, which is that of fsck(8).
public enum FailureCode: String, Sendable, CaseIterable {
  /// The command line makes no sense.
  case usage = "usage"
  /// An image, layer or archive breaks its format's rules or asks for what Firn refuses.
  case imageInvalid = "image-invalid"
  /// Bytes do not have the digest or size that was promised for them.
  case digestMismatch = "digest-mismatch"
  /// A check of a store found what is not, or cannot be, repaired.
  case problemsFound = "problems-found"
  /// Something in the store is damaged.
  case storeCorrupt = "store-corrupt"
  /// There is no store where one was named.
  case storeNotFound = "store-not-found"
  /// The store has a format feature that this program does not know.
  case storeUnsupported = "store-unsupported"
  /// The store has no image of that name, id or digest.
  case imageNotFound = "image-not-found"
  /// The image source (registry, archive, layout) has no such image.
  case sourceNotFound = "source-not-found"
  /// A registry cannot be reached or does not answer as a registry.
  case registryUnreachable = "registry-unreachable"
  /// A registry wants credentials, or refuses those it was given.
  case unauthorized = "unauthorized"
  /// FUSE is missing or may not be used.
  case fuseUnavailable = "fuse-unavailable"
  /// A check of the machine, a mount or a store found what does not work.
  case siteProblem = "site-problem"
  /// A mount point is in use, missing, or not a mount of ours.
  case mountPoint = "mount-point"
  /// Something that was to be created is there already.
  case alreadyExists = "already-exists"
  /// The file system is full, or a quota is.
  case noSpace = "no-space"
  /// The operating system refused an input or output operation.
  case inputOutput = "input-output"
  /// Somebody else was faster; the same command may succeed when run again.
  case tryAgain = "try-again"
  /// The caller may not do this.
  case permissionDenied = "permission-denied"
  /// A configuration file is missing, unreadable or wrong.
  case configuration = "configuration"
  /// A mistake in Firn itself.
  case internalError = "internal-error"
  /// The command was stopped by a signal.
  case interrupted = "interrupted"

  /// The process exit status, as in sysexits(3).
  public var exitStatus: Int32 {
    switch self {
    case .problemsFound: 4
    case .usage: 64
    case .imageInvalid, .digestMismatch, .storeCorrupt: 65
    case .storeNotFound, .imageNotFound, .sourceNotFound: 66
    case .registryUnreachable: 69
    case .internalError: 70
    case .fuseUnavailable: 71
    case .siteProblem: 72
    case .mountPoint, .alreadyExists: 73
    case .noSpace, .inputOutput: 74
    case .tryAgain: 75
    case .storeUnsupported: 76
    case .unauthorized, .permissionDenied: 77
    case .configuration: 78
    case .interrupted: 130
    }
  }
}
