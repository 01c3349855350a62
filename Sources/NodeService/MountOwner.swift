internal import FUSE
internal import Linux

/// How a mount is made, depending on who makes it.
enum MountOwner {
  /// Root mounts for all users; an ordinary user for themselves, and for others only where the
  /// machine allows it and it was asked for.
  static func options(named name: String, forOthers: Bool) -> MountOptions {
    var options = MountOptions(fileSystemName: name)
    options.allowOther = effectiveUser() == 0 || forOthers
    return options
  }
}
