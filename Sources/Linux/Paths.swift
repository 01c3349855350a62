internal import Glibc
public import SystemPackage

/// The system calls that change or list directories, one function each.
///
/// All are as atomic as the call of the same name; none follows a final symbolic link but
/// ``list(_:)`` and ``exists(_:)``.
public enum Paths {
  /// Whether something can be reached by a path; symbolic links are followed (stat(2)).
  public static func exists(_ path: FilePath) -> Bool { (try? FileStatus(of: path)) != nil }

  /// Creates a directory with exactly this mode, whatever the umask (mkdir(2), chmod(2)).
  public static func makeDirectory(_ path: FilePath, mode: UInt32 = 0o755) throws(SystemError) {
    _ = try retrying("mkdir", path) { path.withPlatformString { mkdir($0, mode) } }
    try setMode(path, mode)
  }

  /// Sets permission bits (chmod(2)).
  public static func setMode(_ path: FilePath, _ mode: UInt32) throws(SystemError) {
    _ = try retrying("chmod", path) { path.withPlatformString { chmod($0, mode) } }
  }

  /// Sets the group (chown(2)).
  public static func setGroup(_ path: FilePath, _ group: UInt32) throws(SystemError) {
    _ = try retrying("chown", path) { path.withPlatformString { chown($0, .max, group) } }
  }

  /// Sets a file's time of access to now and leaves that of modification as it is (utimensat(2)).
  public static func touch(_ path: FilePath) throws(SystemError) {
    // UTIME_NOW and UTIME_OMIT, which the Glibc module does not show.
    let times = [
      timespec(tv_sec: 0, tv_nsec: (1 << 30) - 1), timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2),
    ]
    _ = try retrying("utimensat", path) {
      path.withPlatformString { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// Gives a file a second name; fails with `EEXIST` when the name is taken (link(2)).
  public static func link(_ path: FilePath, to name: FilePath) throws(SystemError) {
    _ = try retrying("link", name) {
      path.withPlatformString { old in name.withPlatformString { Glibc.link(old, $0) } }
    }
  }

  /// Creates a symbolic link (symlink(2)).
  public static func symbolicLink(
    _ path: FilePath, pointingTo target: FilePath
  ) throws(SystemError) {
    _ = try retrying("symlink", path) {
      target.withPlatformString { to in path.withPlatformString { symlink(to, $0) } }
    }
  }

  /// Renames, replacing what has the new name (rename(2)).
  public static func rename(_ path: FilePath, to name: FilePath) throws(SystemError) {
    _ = try retrying("rename", name) {
      path.withPlatformString { old in name.withPlatformString { Glibc.rename(old, $0) } }
    }
  }

  /// Removes a name (unlink(2)).
  public static func unlink(_ path: FilePath) throws(SystemError) {
    _ = try retrying("unlink", path) { path.withPlatformString { Glibc.unlink($0) } }
  }

  /// Removes an empty directory (rmdir(2)).
  public static func removeDirectory(_ path: FilePath) throws(SystemError) {
    _ = try retrying("rmdir", path) { path.withPlatformString { rmdir($0) } }
  }

  /// Removes a file, or a directory with everything in it, as far as that is possible; what lies on
  /// another device, such as a mount, is left alone.
  public static func removeTree(_ path: FilePath) {
    guard let own = try? FileStatus(of: path, followingLinks: false) else { return }
    removeTree(path, on: own.device)
  }

  private static func removeTree(_ path: FilePath, on device: UInt64) {
    guard let status = try? FileStatus(of: path, followingLinks: false), status.device == device
    else { return }
    guard status.kind == .directory else {
      try? unlink(path)
      return
    }
    for name in (try? list(path)) ?? [] { removeTree(path.appending(name), on: device) }
    try? removeDirectory(path)
  }

  /// The target of a symbolic link (readlink(2)).
  public static func linkTarget(_ path: FilePath) throws(SystemError) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try retrying("readlink", path) {
      path.withPlatformString { readlink($0, &buffer, buffer.count - 1) }
    }
    return FilePath(String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  /// The names in a directory without `.` and `..`, sorted by bytes (opendir(3), readdir(3)).
  public static func list(_ path: FilePath) throws(SystemError) -> [String] {
    guard let stream = path.withPlatformString({ opendir($0) }) else {
      throw SystemError("opendir", path, .current)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    if errno != 0 { throw SystemError("readdir", path, .current) }
    return names.sorted()
  }

  /// Makes a directory's entries durable (fsync(2) on the directory).
  public static func synchronizeDirectory(_ path: FilePath) throws(SystemError) {
    try OwnedDescriptor(opening: path, .directory).synchronize()
  }
}
