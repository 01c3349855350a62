public import Failures
internal import FileTree

extension FlatteningError: FailureConvertible {
  /// The error as a failure; the bytes of names are shown escaped.
  public var failure: Failure {
    Failure(.imageInvalid, sentence, nextStep: nextStep)
  }

  private var sentence: String {
    switch self {
    case .invalidName(let path): "the layer has an entry with an impossible name, \(shown(path))"
    case .nameTooLong(let path):
      "a name in \(shown(path)) is longer than \(EntryRules.maximumNameLength) bytes"
    case .tooDeep(let path):
      "\(shown(path)) lies more than \(EntryRules.maximumDepth) directories deep"
    case .invalidTarget(let path):
      "the target of the symbolic link \(shown(path)) is empty, has a NUL byte or is longer than "
        + "\(EntryRules.maximumTargetLength) bytes"
    case .invalidWhiteout(let path): "the whiteout \(shown(path)) names no file"
    case .rootNotDirectory: "the layer replaces the root directory by something else"
    case .parentNotDirectory(let path):
      "the layer has an entry \(shown(path)), but its parent is not a directory"
    case .symbolicLinkLoop(let path):
      "the parents of \(shown(path)) lead through more than "
        + "\(EntryRules.maximumLinksFollowed) symbolic links"
    case .linkTargetMissing(let path, let target):
      "\(shown(path)) is a hard link to \(shown(target)), which does not exist"
    case .linkTargetIsDirectory(let path, let target):
      "\(shown(path)) is a hard link to \(shown(target)), which is a directory"
    case .ownerOutOfRange(let path): "\(shown(path)) has an owner or group that is no Linux id"
    case .deviceOutOfRange(let path): "\(shown(path)) has a device number that Linux cannot express"
    case .xattrTooLarge(let path, let name):
      "\(shown(path)) has the extended attribute \(name.escaped()), larger than Linux allows"
    case .tooManyOwners(let count):
      "the image has \(count) distinct user and group ids, more than the "
        + "\(EntryRules.maximumOwners) that SquashFS can hold"
    case .tooManyInodes(let limit): "the image has more than \(limit) files"
    case .tooManyBlocks: "the image has more blocks of content than SquashFS can number"
    }
  }

  private var nextStep: String {
    switch self {
    case .tooManyOwners: "Build the image so that its files have fewer owners and groups"
    case .tooManyInodes, .tooManyBlocks: "Split the image, or remove files that it does not need"
    default: "Rebuild the image, or report this to whoever made it; it was not imported"
    }
  }

  /// The path, shortened where it is too long to be read.
  private func shown(_ path: ByteString) -> String {
    let limit = 400
    guard path.count > limit else { return "/" + path.escaped() }
    return "/" + ByteString(path.bytes.prefix(limit)).escaped() + "..."
  }
}
