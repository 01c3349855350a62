/// What one member of a tar archive says about itself, in whatever dialect it was said.
///
/// Two archives that hold the same member in different dialects give equal entries.
public struct TarEntry: Hashable, Sendable {
  /// The name as written: bytes that need not be UTF-8, not cleaned, never with a NUL.
  ///
  /// It may be empty, absolute, contain `..` and end in slashes; whoever uses it cleans it.
  public var path: [UInt8]
  /// The target of a hard or symbolic link as written, never empty; empty for other kinds.
  public var linkPath: [UInt8]
  /// What the member is.
  public var kind: Kind
  /// Permission, set-id and sticky bits: 07777.
  public var mode: UInt16
  /// The owner's number; owner names are not read.
  public var uid: UInt32
  /// The group's number; group names are not read.
  public var gid: UInt32
  /// Seconds since the epoch; fractions are rounded down, also before the epoch.
  public var mtime: Int64
  /// The logical size in bytes, holes included; 0 for all but regular files.
  public var size: UInt64
  /// The major number of a device node, else 0.
  public var deviceMajor: UInt32
  /// The minor number of a device node, else 0.
  public var deviceMinor: UInt32
  /// Extended attributes, ordered by name, names unique.
  public var xattrs: [ExtendedAttribute]
  /// Whether the archive gives the regular file's content as a sparse map.
  public var isSparse: Bool
  /// Whether the archive has a POSIX access control list in text form (`SCHILY.acl.*`) for it.
  ///
  /// The lists themselves are not kept; lists in binary form arrive as extended attributes.
  public var hasAccessControlList: Bool

  /// The kinds of member.
  public enum Kind: Hashable, Sendable {
    /// A regular file, the only kind with content.
    case regular
    /// A directory.
    case directory
    /// Another name for the member whose path is the link path.
    case hardLink
    /// A symbolic link.
    case symbolicLink
    /// A character device.
    case characterDevice
    /// A block device.
    case blockDevice
    /// A fifo.
    case fifo
  }

  /// One extended attribute (xattr(7)).
  public struct ExtendedAttribute: Hashable, Sendable {
    /// The full name with its namespace, such as `security.capability`; 1 to 255 bytes, no NUL.
    public var name: [UInt8]
    /// The value, any bytes.
    public var value: [UInt8]

    /// Makes an extended attribute.
    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// Makes an entry; what is not given is empty or zero.
  public init(
    path: [UInt8], kind: Kind, linkPath: [UInt8] = [], mode: UInt16 = 0, uid: UInt32 = 0,
    gid: UInt32 = 0, mtime: Int64 = 0, size: UInt64 = 0, deviceMajor: UInt32 = 0,
    deviceMinor: UInt32 = 0, xattrs: [ExtendedAttribute] = [], isSparse: Bool = false,
    hasAccessControlList: Bool = false
  ) {
    self.path = path
    self.kind = kind
    self.linkPath = linkPath
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.mtime = mtime
    self.size = size
    self.deviceMajor = deviceMajor
    self.deviceMinor = deviceMinor
    self.xattrs = xattrs
    self.isSparse = isSparse
    self.hasAccessControlList = hasAccessControlList
  }
}
