public import SystemPackage

/// The type of a file system, as statfs(2) tells it by a number.
public enum FileSystemKind: Hashable, Sendable {
  /// Lustre.
  case lustre
  /// IBM Storage Scale, formerly GPFS.
  case gpfs
  /// BeeGFS.
  case beegfs
  /// NFS of any version.
  case nfs
  /// ext2, ext3 and ext4, which have one number.
  case ext4
  /// XFS.
  case xfs
  /// Btrfs.
  case btrfs
  /// ZFS.
  case zfs
  /// Memory.
  case tmpfs
  /// The union of others, as the root of a container is.
  case overlay
  /// A program that serves it through FUSE.
  case fuse
  /// Any other, by its number.
  case other(UInt64)

  private static let numbers: [UInt64: FileSystemKind] = [
    0x0BD0_0BD0: .lustre, 0x4750_4653: .gpfs, 0x1983_0326: .beegfs, 0x6969: .nfs,
    0xEF53: .ext4, 0x5846_5342: .xfs, 0x9123_683E: .btrfs, 0x2FC1_2FC1: .zfs,
    0x0102_1994: .tmpfs, 0x794C_7630: .overlay, 0x6573_5546: .fuse,
  ]

  /// Names a number of statfs(2), `f_type`.
  ///
  /// - Parameter magic: Only its lower 32 bits count; where the kernel's field is signed, the others
  ///   repeat the sign.
  public init(magic: UInt64) {
    let number = magic & 0xFFFF_FFFF
    self = Self.numbers[number] ?? .other(number)
  }

  /// Asks about the file system that holds a path (statfs(2)).
  public init(holding path: FilePath) throws(SystemError) {
    self.init(magic: try fileSystemType(of: path))
  }
}

extension FileSystemKind: CustomStringConvertible {
  /// The name people use.
  public var description: String {
    switch self {
    case .lustre: "Lustre"
    case .gpfs: "GPFS"
    case .beegfs: "BeeGFS"
    case .nfs: "NFS"
    case .ext4: "ext4"
    case .xfs: "XFS"
    case .btrfs: "Btrfs"
    case .zfs: "ZFS"
    case .tmpfs: "tmpfs"
    case .overlay: "overlayfs"
    case .fuse: "FUSE"
    case .other(let number): "a file system of type 0x" + String(number, radix: 16)
    }
  }
}
