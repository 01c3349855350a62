/// What a ``DumpLine`` says of an inode.
///
/// It is also what lstat(2) and lgetxattr(2) say of a file,
/// so that trees from any source can be dumped and compared.
public struct DumpedInode: Hashable, Sendable {
  /// What goes with the type.
  public enum Payload: Hashable, Sendable {
    /// Nothing: a directory, regular file or fifo.
    case none
    /// A symbolic link's target.
    case target(ByteString)
    /// A device's number.
    case device(DeviceNumber)
  }

  /// File type and permission bits as in `st_mode` (inode(7)).
  public var mode: UInt32
  /// The owner.
  public var uid: UInt32
  /// The group.
  public var gid: UInt32
  /// The size in bytes of a regular file or of a symbolic link's target, otherwise 0.
  public var size: UInt64
  /// Seconds since the epoch.
  public var mtime: Int64
  /// The number of names; 1 for a directory.
  public var links: UInt64
  /// What goes with the type.
  public var payload: Payload
  /// The digest of a regular file's content, if known.
  public var digest: [UInt8]?
  /// Extended attributes, ordered by name.
  public var xattrs: [ExtendedAttribute]

  /// Makes an inode's description; extended attributes are put in order of their names.
  public init(
    mode: UInt32, uid: UInt32, gid: UInt32, size: UInt64 = 0, mtime: Int64, links: UInt64 = 1,
    payload: Payload = .none, digest: [UInt8]? = nil, xattrs: [ExtendedAttribute] = []
  ) {
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.size = size
    self.mtime = mtime
    self.links = links
    self.payload = payload
    self.digest = digest
    self.xattrs = xattrs.sorted { $0.name < $1.name }
  }
}

extension DumpedInode: CustomStringConvertible {
  /// The fields after the path, as ``DumpLine`` defines them.
  public var description: String {
    let octal = String(mode, radix: 8)
    let type = String(repeating: "0", count: max(0, 6 - octal.count)) + octal
    var text = "\(type) \(uid) \(gid) \(size) \(mtime) \(links) \(payload) "
    text += digest.map { $0.map(hexadecimal).joined() } ?? "-"
    for xattr in xattrs {
      let name = xattr.name.escaped(also: UInt8(ascii: "="))
      text += " \(name)=\(ByteString(xattr.value).escaped())"
    }
    return text
  }
}

extension DumpedInode.Payload: CustomStringConvertible {
  /// The payload's field.
  public var description: String {
    switch self {
    case .none: "-"
    case .target("-"): "\\x2d"
    case .target(let target): target.escaped()
    case .device(let number): "\(number.major):\(number.minor)"
    }
  }
}
