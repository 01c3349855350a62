public import FileTree

/// One inode of a volume: a plain value that owns no memory.
public struct Inode: Hashable, Sendable {
  /// Where it lies; the basis of computed node ids.
  public let position: InodePosition
  /// Its number, unique in the volume: 1 to ``Superblock/inodeCount``.
  ///
  /// Entries with one number are hard links of one inode.
  public let number: UInt32
  /// Permission, set-id and sticky bits: 07777.
  public let mode: UInt16
  /// The owner, unshifted.
  public let uid: UInt32
  /// The group, unshifted.
  public let gid: UInt32
  /// Seconds since the epoch.
  public let mtime: UInt32
  /// The number of links as stored; for a directory 2 plus its subdirectories.
  public let links: UInt32
  /// What it is.
  public let kind: Kind
  /// The index of its extended attributes, or ``noXattrs``.
  let xattrIndex: UInt32

  static let noXattrs = UInt32.max

  /// Whether the inode has extended attributes.
  public var hasXattrs: Bool { xattrIndex != Self.noXattrs }

  /// The kinds of inode.
  public enum Kind: Hashable, Sendable {
    /// A directory.
    case directory(Listing)
    /// A regular file.
    case regular(File)
    /// A symbolic link.
    case symbolicLink(Target)
    /// A block device.
    case blockDevice(DeviceNumber)
    /// A character device.
    case characterDevice(DeviceNumber)
    /// A fifo.
    case fifo
    /// A socket.
    case socket
  }

  /// Where the entries of a directory lie.
  public struct Listing: Hashable, Sendable {
    /// The number of the directory that contains this one, as stored; not checked.
    public let parentNumber: UInt32
    /// The first byte in the flat directory table.
    let start: Int
    /// How many bytes the entries take.
    let byteCount: Int

    /// The offset behind the last byte.
    var end: Int { start + byteCount }
  }

  /// The size of a regular file and where its blocks lie.
  public struct File: Hashable, Sendable {
    /// The size in bytes.
    public let size: UInt64
    /// How many bytes of it are in sparse blocks, as stored, at most `size`.
    public let sparse: UInt64
    /// How many blocks it has, not counting a tail end in a fragment block.
    public let blockCount: UInt32
    /// Where in the blob its first stored block lies.
    let blocksStart: UInt64
    /// Where in the flat inode table its size words lie.
    let words: Int
    /// The index of its fragment block, or ``noFragment``.
    let fragment: UInt32
    /// Where in the fragment block its tail end lies.
    let fragmentOffset: UInt32

    static let noFragment = UInt32.max
  }

  /// Where the target of a symbolic link lies.
  public struct Target: Hashable, Sendable {
    /// The length in bytes.
    public let byteCount: Int
    /// The first byte in the flat inode table.
    let start: Int
  }
}

extension Inode {
  /// The size that stat(2) shows, equal to the kernel's: of a directory its listing's bytes plus 3,
  /// of a symbolic link its target's, of devices, fifos and sockets 0.
  public var size: UInt64 {
    switch kind {
    case .directory(let listing): UInt64(listing.byteCount) + 3
    case .regular(let file): file.size
    case .symbolicLink(let target): UInt64(target.byteCount)
    case .blockDevice, .characterDevice, .fifo, .socket: 0
    }
  }

  /// The type as entries give it.
  public var type: EntryType {
    switch kind {
    case .directory: .directory
    case .regular: .regular
    case .symbolicLink: .symbolicLink
    case .blockDevice: .blockDevice
    case .characterDevice: .characterDevice
    case .fifo: .fifo
    case .socket: .socket
    }
  }
}
