internal import CLinux

/// Packs a device number as stat(2) has it in `st_rdev` (makedev(3)).
public func deviceNumber(major: UInt32, minor: UInt32) -> UInt64 { firn_makedev(major, minor) }

/// Takes a device number of stat(2) apart (major(3), minor(3)).
public func deviceParts(_ device: UInt64) -> (major: UInt32, minor: UInt32) {
  (firn_major(device), firn_minor(device))
}
