/// The type of a node: the `S_IFMT` part of `st_mode`, see inode(7).
public enum NodeKind: UInt32, CaseIterable, Sendable {
  /// `S_IFIFO`.
  case fifo = 0o010000
  /// `S_IFCHR`.
  case characterDevice = 0o020000
  /// `S_IFDIR`.
  case directory = 0o040000
  /// `S_IFBLK`.
  case blockDevice = 0o060000
  /// `S_IFREG`.
  case regular = 0o100000
  /// `S_IFLNK`.
  case symbolicLink = 0o120000
  /// `S_IFSOCK`.
  case socket = 0o140000
}

/// What stat(2) shows of a node; access, change and modification time are the same.
public struct NodeAttributes: Hashable, Sendable {
  /// The inode number that users see (`st_ino`).
  public var inode: UInt64
  /// Type and permission bits (`st_mode`).
  public var mode: UInt32
  /// The number of hard links (`st_nlink`).
  public var links: UInt32
  /// The owner, in the user namespace of the mount.
  public var uid: UInt32
  /// The group, in the user namespace of the mount.
  public var gid: UInt32
  /// The size in bytes (`st_size`).
  public var size: UInt64
  /// All three times, in seconds since the epoch; may be negative.
  public var modified: Int64
  /// For device nodes the device, as makedev(3) packs it (`st_rdev`).
  public var device: UInt64
  /// Allocated 512-byte units (`st_blocks`); `nil` means as many as the size needs.
  public var blocks: UInt64?

  /// Makes attributes.
  ///
  /// - Parameter permissions: permission, set-id and sticky bits; other bits are dropped.
  public init(
    inode: UInt64, kind: NodeKind, permissions: UInt32, links: UInt32 = 1, uid: UInt32 = 0,
    gid: UInt32 = 0, size: UInt64 = 0, modified: Int64 = 0, device: UInt64 = 0,
    blocks: UInt64? = nil
  ) {
    self.inode = inode
    self.mode = kind.rawValue | (permissions & 0o7777)
    self.links = links
    self.uid = uid
    self.gid = gid
    self.size = size
    self.modified = modified
    self.device = device
    self.blocks = blocks
  }

  /// The type in ``mode``; `nil` when the bits name none.
  public var kind: NodeKind? { NodeKind(rawValue: mode & 0o170000) }
}

/// The answer to a request for a node's attributes.
public struct AttributesReply: Hashable, Sendable {
  /// The attributes.
  public var attributes: NodeAttributes
  /// For how many seconds the kernel may use them without asking again.
  public var timeout: Double

  /// Makes an answer.
  public init(_ attributes: NodeAttributes, timeout: Double) {
    self.attributes = attributes
    self.timeout = timeout
  }
}
