internal import Glibc
public import SystemPackage

/// What is left of a file system for an ordinary user (statvfs(3)).
public struct FreeSpace: Hashable, Sendable {
  /// Bytes that may still be written.
  public var bytes: UInt64
  /// Inodes that may still be created; `UInt64.max` where the file system does not count them.
  public var inodes: UInt64

  /// Makes a value.
  public init(bytes: UInt64, inodes: UInt64) {
    self.bytes = bytes
    self.inodes = inodes
  }

  /// Asks the file system that holds a path.
  public init(of path: FilePath) throws(SystemError) {
    var raw = statvfs()
    _ = try retrying("statvfs", path) { path.withPlatformString { statvfs($0, &raw) } }
    let size = UInt64(raw.f_frsize == 0 ? raw.f_bsize : raw.f_frsize)
    let (bytes, overflow) = UInt64(raw.f_bavail).multipliedReportingOverflow(by: size)
    self.bytes = overflow ? .max : bytes
    inodes = raw.f_files == 0 ? .max : UInt64(raw.f_favail)
  }
}

/// How many bytes the file system that holds a path has for files, used or not (statvfs(3)).
public func fileSystemSize(of path: FilePath) throws(SystemError) -> UInt64 {
  var raw = statvfs()
  _ = try retrying("statvfs", path) { path.withPlatformString { statvfs($0, &raw) } }
  let unit = UInt64(raw.f_frsize == 0 ? raw.f_bsize : raw.f_frsize)
  let (bytes, overflow) = UInt64(raw.f_blocks).multipliedReportingOverflow(by: unit)
  return overflow ? .max : bytes
}
