/// The options of the mount itself, see mount(8) and mount.fuse3(8).
public struct MountOptions: Hashable, Sendable {
  /// Whether users other than the one who mounts may see the file system.
  ///
  /// Root may always ask for it, a user only where /etc/fuse.conf says `user_allow_other`.
  public var allowOther = false
  /// Whether the kernel checks permission bits; without, everybody who sees it may read all.
  public var defaultPermissions = true
  /// Whether writing is refused (`ro`).
  public var readOnly = true
  /// Whether set-id bits are ignored (`nosuid`); for users always.
  public var noSetuid = true
  /// Whether device nodes are dead (`nodev`); for users always.
  public var noDevices = true
  /// What /proc/mounts shows as the source.
  public var fileSystemName: String
  /// What /proc/mounts shows after `fuse.` as the type.
  public var subtype = "firn"

  /// Makes the defaults: read-only, nosuid, nodev, permissions checked, for this user alone.
  public init(fileSystemName: String) { self.fileSystemName = fileSystemName }
}
