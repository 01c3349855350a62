internal import CLinux
internal import Glibc
public import SystemPackage

/// What stat(2) says of a file.
public struct FileStatus: Sendable, Equatable {
  /// The type of a file, as in stat(2).
  public enum Kind: Sendable, Equatable {
    /// A regular file.
    case regular
    /// A directory.
    case directory
    /// A symbolic link.
    case symbolicLink
    /// Anything else: device node, fifo or socket.
    case other
  }

  /// The type.
  public let kind: Kind
  /// Permission, set-id and sticky bits: `st_mode & 07777`.
  public let mode: UInt16
  /// The owner.
  public let uid: UInt32
  /// The group.
  public let gid: UInt32
  /// The size in bytes.
  public let size: UInt64
  /// The number of 512-byte units allocated.
  public let allocatedUnits: UInt64
  /// The device that holds the file.
  public let device: UInt64
  /// The inode number.
  public let inode: UInt64
  /// The number of hard links.
  public let links: UInt64
  /// Seconds since the epoch of the last modification.
  public let modified: Int64
  /// Seconds since the epoch of the last access, as far as the file system keeps it.
  public let accessed: Int64

  init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .symbolicLink
    default: kind = .other
    }
    mode = UInt16(raw.st_mode & 0o7777)
    uid = raw.st_uid
    gid = raw.st_gid
    size = UInt64(clamping: raw.st_size)
    allocatedUnits = UInt64(clamping: raw.st_blocks)
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    links = UInt64(raw.st_nlink)
    modified = Int64(raw.st_mtim.tv_sec)
    accessed = Int64(raw.st_atim.tv_sec)
  }

  /// Asks about a path (stat(2), or lstat(2) when links are not followed).
  public init(of path: FilePath, followingLinks: Bool = true) throws(SystemError) {
    var raw = stat()
    _ = try retrying(followingLinks ? "stat" : "lstat", path) {
      path.withPlatformString { followingLinks ? stat($0, &raw) : lstat($0, &raw) }
    }
    self.init(raw)
  }
}

extension OwnedDescriptor {
  /// Asks about the open file (fstat(2)).
  public borrowing func status() throws(SystemError) -> FileStatus {
    var raw = stat()
    let number = rawValue
    _ = try retrying("fstat", path) { fstat(number, &raw) }
    return FileStatus(raw)
  }
}

/// The type magic of the file system that holds a path (statfs(2), `f_type`).
public func fileSystemType(of path: FilePath) throws(SystemError) -> UInt64 {
  var type: UInt64 = 0
  _ = try retrying("statfs", path) { path.withPlatformString { firn_statfs_type($0, &type) } }
  return type
}
