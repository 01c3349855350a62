internal import Linux
internal import SystemPackage

/// Turns the name of a mount point into the path of the mount table, without touching any mount
/// that may hang.
enum MountPath {
  /// An absolute path without symbolic links, as far as those can be followed outside FUSE mounts.
  ///
  /// - Parameters:
  ///   - directory: What a relative path starts at.
  ///   - link: The target of a symbolic link, or nil; not asked about anything in a FUSE mount.
  static func resolve(
    _ path: FilePath, in table: MountTable, from directory: FilePath,
    link: (FilePath) -> FilePath?
  ) -> FilePath {
    var pending = (path.isAbsolute ? path : directory.pushing(path)).components.map(\.string)
    var done: FilePath = "/"
    var links = 0
    while !pending.isEmpty {
      let name = pending.removeFirst()
      if name == "." { continue }
      if name == ".." {
        done.removeLastComponent()
        continue
      }
      let next = done.appending(name)
      let isFUSE = isBelowFUSE(next, table)
      guard !isFUSE, links < 40, let target = link(next) else {
        done = next
        continue
      }
      links += 1
      if target.isAbsolute { done = "/" }
      pending = target.components.map(\.string) + pending
    }
    return done
  }

  /// Whether asking about a path asks a FUSE server: it is a mount point or below one.
  private static func isBelowFUSE(_ path: FilePath, _ table: MountTable) -> Bool {
    table.entries.contains { $0.isFUSE && path.starts(with: $0.mountPoint) }
  }
}
