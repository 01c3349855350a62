internal import Linux
internal import SystemPackage

/// A directory below a store's `staging/` in which the file system is tried out.
///
/// Programs that read the store pass over names that begin with a dot.
struct ProbeDirectory: ~Copyable {
  /// What the names of such directories begin with.
  static let prefix = ".doctor-"
  /// Seconds after which one that an earlier run left behind is removed.
  static let lifetime: Int64 = 86_400

  let path: FilePath

  /// Makes one, after removing what was left behind long ago.
  init(in staging: FilePath) throws(SystemError) {
    let name = Self.prefix + String(UInt64.random(in: 0 ... .max), radix: 16)
    path = staging.appending(name)
    try Paths.makeDirectory(path, mode: 0o700)
    if let now = try? FileStatus(of: path).modified {
      Self.clear(staging, before: now - Self.lifetime)
    }
  }

  deinit { Self.remove(path) }

  private static func clear(_ staging: FilePath, before time: Int64) {
    for name in (try? Paths.list(staging)) ?? [] where name.hasPrefix(prefix) {
      let path = staging.appending(name)
      guard let status = try? FileStatus(of: path, followingLinks: false),
        status.kind == .directory, status.modified < time
      else { continue }
      remove(path)
    }
  }

  private static func remove(_ path: FilePath) {
    for name in (try? Paths.list(path)) ?? [] { try? Paths.unlink(path.appending(name)) }
    try? Paths.removeDirectory(path)
  }
}
