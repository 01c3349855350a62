/// What every inode has: permission bits, owner, time and extended attributes.
public struct Attributes: Hashable, Sendable {
  /// Permission, set-id and sticky bits: 07777.
  public var mode: UInt16
  /// The owner as the image says, unshifted.
  public var uid: UInt32
  /// The group as the image says, unshifted.
  public var gid: UInt32
  /// Seconds since the epoch, clamped to 0…2³²−1 as SquashFS stores them.
  public var mtime: UInt32
  /// Extended attributes, ordered by name, names unique.
  public var xattrs: [ExtendedAttribute]

  /// Makes attributes.
  ///
  /// Bits of `mode` beyond 07777 are dropped. Extended attributes are put in order of their
  /// names; of several with one name the last one stays.
  public init(
    mode: UInt16, uid: UInt32 = 0, gid: UInt32 = 0, mtime: UInt32 = 0,
    xattrs: [ExtendedAttribute] = []
  ) {
    self.mode = mode & 0o7777
    self.uid = uid
    self.gid = gid
    self.mtime = mtime
    self.xattrs = xattrs.count > 1 ? Attributes.canonical(xattrs) : xattrs
  }

  private static func canonical(_ xattrs: [ExtendedAttribute]) -> [ExtendedAttribute] {
    var last: [ByteString: [UInt8]] = [:]
    for xattr in xattrs { last[xattr.name] = xattr.value }
    return last.sorted { $0.key < $1.key }.map { ExtendedAttribute(name: $0.key, value: $0.value) }
  }
}

/// One extended attribute (xattr(7)).
public struct ExtendedAttribute: Hashable, Sendable {
  /// The full name with its namespace, such as `security.capability`.
  public var name: ByteString
  /// The value, any bytes.
  public var value: [UInt8]

  /// Makes an extended attribute.
  public init(name: ByteString, value: [UInt8]) {
    self.name = name
    self.value = value
  }
}
