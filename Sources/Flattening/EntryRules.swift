internal import FileTree

/// The limits of what a layer entry may be: the narrowest of OCI's, SquashFS's and Linux's.
public enum EntryRules {
  /// The longest name in bytes.
  ///
  /// SquashFS can store 256, but Linux looks up no name over 255
  /// (NAME_MAX), so a file with such a name could never be opened.
  public static let maximumNameLength = 255
  /// The longest target of a symbolic link in bytes: Linux reads no longer one from SquashFS.
  public static let maximumTargetLength = 65_535
  /// How many directories may lie inside each other.
  ///
  /// A path of PATH_MAX bytes names no deeper one.
  public static let maximumDepth = 2_048
  /// How many symbolic links the parents of one entry may lead through, as in Linux (MAXSYMLINKS).
  public static let maximumLinksFollowed = 40
  /// The most distinct user and group ids together: the superblock counts them in 16 bits.
  public static let maximumOwners = 65_535
  /// The longest name of an extended attribute, with its namespace (XATTR_NAME_MAX).
  public static let maximumXattrNameLength = 255
  /// The largest value of an extended attribute (XATTR_SIZE_MAX).
  public static let maximumXattrSize = 65_536
  /// The most inodes of an image unless the caller says otherwise: a bound on memory.
  public static let defaultMaximumInodes = 16_777_216

  /// Refuses a component that could not be a directory entry.
  static func check(name: ByteString, of path: ByteString) throws(FlatteningError) {
    guard name.count <= maximumNameLength else { throw .nameTooLong(path: path) }
    guard !name.isEmpty, name != ".", name != "..", !name.bytes.contains(0) else {
      throw .invalidName(path: path)
    }
  }

  /// Refuses a target that could not be a symbolic link's.
  static func check(target: ByteString, of path: ByteString) throws(FlatteningError) {
    guard (1...maximumTargetLength).contains(target.count), !target.bytes.contains(0) else {
      throw .invalidTarget(path: path)
    }
  }

  /// Refuses a device number beyond 12 bits of major and 20 bits of minor number.
  static func check(device: DeviceNumber, of path: ByteString) throws(FlatteningError) {
    guard device.major < 1 << 12, device.minor < 1 << 20 else {
      throw .deviceOutOfRange(path: path)
    }
  }
}
