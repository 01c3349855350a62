public import Failures
internal import Linux
internal import SystemPackage

extension StoreError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .notAStore(let place):
      Failure(
        .storeNotFound, "there is no store in \(place)",
        nextStep: "Check --store, FIRN_STORE or the configuration file, or make one with firn init")
    case .alreadyAStore(let place):
      Failure(
        .alreadyExists, "there is a store in \(place) already",
        nextStep: "Use it as it is, or choose another directory")
    case .notEmpty(let place):
      Failure(
        .alreadyExists, "\(place) is not empty",
        nextStep: "Choose an empty or a new directory for the store")
    case .invalidParameters(let reason):
      Failure(
        .usage, "no store can be made so: \(reason)",
        nextStep: "See firn-init(1) for block sizes, compressors and levels")
    case .invalidName(let name, let reason):
      Failure(
        .usage, "'\(name)' cannot be an image's name: \(reason)",
        nextStep: "Choose another name with --name")
    case .unknownFeatures, .unknownVersion: unsupported
    case .damaged, .damagedBlock, .missing: corrupt
    case .system, .notWritable, .linkRefused: refused
    case .overtaken, .stagingCleared, .packsGone: again
    case .imageNotFound, .ambiguous: lookup
    case .invalidObject(let reason):
      Failure(
        .internalError, "an object was about to be written that breaks the store's format",
        cause: reason.description, nextStep: "Please report this with the command that caused it")
    }
  }

  private var unsupported: Failure {
    let what =
      switch self {
      case .unknownFeatures(let flags, _): "the feature '\(flags.joined(separator: "', '"))'"
      case .unknownVersion(let version): "format version \(version)"
      default: ""
      }
    if case .unknownFeatures(_, writing: true) = self {
      return Failure(
        .storeUnsupported, "the store has \(what), without which it can be read but not changed",
        nextStep: "Use a newer firn to change it")
    }
    return Failure(
      .storeUnsupported, "the store has \(what), which this firn does not know",
      nextStep: "Use a newer firn")
  }

  /// What repairs an image object: an import writes it anew where it cannot be read.
  private static let importAgain = "Import the image again, which writes it anew"

  private var corrupt: Failure {
    let step = "Run firn fsck --data --repair, with --from for another source; see firn-fsck(1)"
    return switch self {
    case .damaged(let path, let reason):
      Failure(
        .storeCorrupt, "\(path) in the store is damaged", cause: reason.description,
        nextStep: path.area == .images ? Self.importAgain : step)
    case .damagedBlock(let path, let offset):
      Failure(
        .storeCorrupt, "the block at offset \(offset) of \(path) in the store is damaged",
        nextStep: step)
    case .missing(let path):
      Failure(
        .storeCorrupt, "\(path) is missing from the store",
        nextStep: path.area == .images ? Self.importAgain : step)
    default: Failure(.storeCorrupt, "the store is damaged", nextStep: step)
    }
  }

  private var refused: Failure {
    switch self {
    case .system(let error): error.failure
    case .notWritable(let place, let error):
      Failure(
        .permissionDenied,
        error.errno == .readOnlyFileSystem
          ? "the store \(place) is on a file system that is mounted read-only here"
          : "the store \(place) may not be written by this user",
        cause: "\(error.call): \(error.errno)",
        nextStep: error.errno == .readOnlyFileSystem
          ? "Run the command where the file system may be written to"
          : "Use the account that made it: only that one writes to it, see firn-init(1)")
    case .linkRefused(let error):
      Failure(
        .inputOutput, "the store's file system refuses hard links, which publishing needs",
        cause: error.description,
        nextStep: "Keep the store on a file system with link(2), such as Lustre, NFS, XFS or ext4")
    default: Failure(.inputOutput, "the store could not be read or written")
    }
  }

  private var again: Failure {
    switch self {
    case .overtaken(let attempts):
      Failure(
        .tryAgain, "others were faster \(attempts) times in publishing to the store",
        nextStep: "Run the command again")
    case .stagingCleared(let path):
      Failure(
        .tryAgain, "\(path) was cleared as the leftover of a dead command",
        nextStep: "Run the command again")
    case .packsGone(let packs):
      Failure(
        .tryAgain,
        packs.count == 1
          ? "a pack with needed blocks was collected meanwhile"
          : "\(packs.count) packs with needed blocks were collected meanwhile",
        nextStep: "Run the command again")
    default: Failure(.tryAgain, "the store changed meanwhile", nextStep: "Run the command again")
    }
  }

  private var lookup: Failure {
    switch self {
    case .ambiguous(let text, let ids):
      Failure(
        .imageNotFound, "'\(text)' means several images: \(ids.joined(separator: ", "))",
        nextStep: "Give a name or more digits of the id")
    case .imageNotFound(let text):
      Failure(
        .imageNotFound, "the store has no image '\(text)'",
        nextStep: "firn list shows the images there are")
    default: Failure(.imageNotFound, "there is no such image")
    }
  }
}

extension StoreError: CustomStringConvertible {
  /// The failure on one line.
  public var description: String { failure.description }
}
