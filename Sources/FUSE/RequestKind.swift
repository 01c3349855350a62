/// What the kernel asks a file system for, by the names of the FUSE protocol.
public enum RequestKind: Int, CaseIterable, Hashable, Sendable {
  /// A name in a directory.
  case lookup
  /// The kernel gives nodes back.
  case forget
  /// The attributes of a node.
  case getattr
  /// The target of a symbolic link.
  case readlink
  /// What statfs(2) shows.
  case statfs
  /// Opening a file: once only, where the kernel takes that it need not ask.
  case open
  /// Opening a directory: likewise.
  case opendir
  /// Bytes of a file.
  case read
  /// Names of a directory.
  case readdir
  /// Names of a directory with their attributes.
  case readdirplus
  /// The value of an extended attribute.
  case getxattr
  /// The names of extended attributes.
  case listxattr

  /// The name in the FUSE protocol.
  public var name: String { "\(self)" }
}
