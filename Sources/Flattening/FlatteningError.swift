public import FileTree

/// What makes a layer or an image impossible to flatten.
///
/// Every case means that the image is
/// broken or hostile, or cannot be expressed as SquashFS; none is worth a second attempt.
public enum FlatteningError: Error, Equatable, Sendable {
  /// A component is `..` where none may be, or holds a NUL byte.
  case invalidName(path: ByteString)
  /// A component is longer than ``EntryRules/maximumNameLength``.
  case nameTooLong(path: ByteString)
  /// A directory lies deeper than ``EntryRules/maximumDepth``.
  case tooDeep(path: ByteString)
  /// A symbolic link's target is empty, holds a NUL byte, or is longer than
  /// ``EntryRules/maximumTargetLength``.
  case invalidTarget(path: ByteString)
  /// A whiteout names nothing: `.wh.` alone, `.wh..` or `.wh...`.
  case invalidWhiteout(path: ByteString)
  /// The layer has an entry for the root that is not a directory.
  case rootNotDirectory
  /// The parent of an entry is, or leads through, something that is no directory.
  case parentNotDirectory(path: ByteString)
  /// The parents of an entry lead through more than ``EntryRules/maximumLinksFollowed``
  /// symbolic links.
  case symbolicLinkLoop(path: ByteString)
  /// A hard link to what is not there.
  case linkTargetMissing(path: ByteString, target: ByteString)
  /// A hard link to a directory.
  case linkTargetIsDirectory(path: ByteString, target: ByteString)
  /// A user or group id that Linux cannot express.
  case ownerOutOfRange(path: ByteString)
  /// A device number that Linux cannot express.
  case deviceOutOfRange(path: ByteString)
  /// An extended attribute whose name or value is larger than Linux allows.
  case xattrTooLarge(path: ByteString, name: ByteString)
  /// More distinct user and group ids than ``EntryRules/maximumOwners``.
  case tooManyOwners(count: Int)
  /// More inodes than the flattener was told to take.
  case tooManyInodes(limit: Int)
  /// The layers together have more blocks than an index can name.
  case tooManyBlocks
}
